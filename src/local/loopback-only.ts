import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';

const PROBE_TIMEOUT_MS = 1_000;

/**
 * A module that the local Slack's runtime (Bun) is told to load first. The program has no option for
 * the address that it listens on, and its control API asks for no key: so it is made to listen on the
 * loopback address, and to answer only requests that are addressed to this machine by name. The latter
 * keeps out web pages that a person has open, which may send requests to any local port.
 */
export const LOOPBACK_PRELOAD = `'use strict';
const serve = Bun.serve;
const isLocal = (url) => ['127.0.0.1', 'localhost'].includes(new URL(url).hostname);
Bun.serve = (options) =>
  serve.call(Bun, {
    ...options,
    hostname: '127.0.0.1',
    fetch(request, server) {
      const origin = request.headers.get('origin');
      const allowed = isLocal(request.url) && (origin === null || (URL.canParse(origin) && isLocal(origin)));
      return allowed ? options.fetch.call(this, request, server) : new Response('Forbidden', { status: 403 });
    },
  });
`;

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
