import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

const PROBE_TIMEOUT_MS = 1_000;

/** Whether a port of this machine, on which something listens, is refused to every other machine. */
export async function isLoopbackOnly(port: number): Promise<boolean> {
  const addresses = Object.values(networkInterfaces())
    .flatMap((addressList) => addressList ?? [])
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80:'))
    .map(({ address }) => address);
  const open = await Promise.all(addresses.map((address) => accepts(address, port)));
  return !open.includes(true);
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: PROBE_TIMEOUT_MS });
    const finish = (accepted: boolean): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
  });
}
