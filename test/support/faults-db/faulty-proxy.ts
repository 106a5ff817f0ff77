import { type AddressInfo, type Socket, connect, createServer } from 'node:net';

/** Stands between the driver and a mongod and resets connections in the middle of commands. */
export interface FaultyProxy {
  port: number;
  /** How many connections were reset so far. */
  resets(): number;
  /** From now on this share of the requests ends in a reset: half before they are passed on, half before the answer is. */
  resetShare(share: number): void;
  close(): Promise<void>;
}

/** @param random gives numbers from 0 to 1; seeded, so that a run can be repeated */
export async function startFaultyProxy(targetPort: number, random: () => number): Promise<FaultyProxy> {
  const open = new Set<Socket>();
  let share = 0;
  let resets = 0;
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    let losesAnswer = false;
    const end = (): void => {
      client.resetAndDestroy();
      upstream.destroy();
    };
    const reset = (): void => {
      resets += 1;
      end();
    };
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        open.delete(socket);
        end();
      });
    }
    client.on('data', (request) => {
      const chance = random();
      if (chance < share / 2) return reset();
      losesAnswer = chance < share;
      upstream.write(request);
    });
    upstream.on('data', (answer) => {
      if (losesAnswer) return reset();
      client.write(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    resets: () => resets,
    resetShare: (next) => {
      share = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
