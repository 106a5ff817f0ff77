import { createBenchEngine } from './bench-engine.ts';

const sweepMs = 5_000;

/**
 * One process of several on a database: says `ready`, waits for a line, sweeps until nothing is due, and says how many it
 * has done. Started by `measureProcesses` with the address of the database.
 */
async function main(uri: string): Promise<void> {
  let done = 0;
  const bench = await createBenchEngine(uri, {
    async perform(effect: { kind: string }) {
      if (effect.kind === 'outcome-note') done += 1;
      return { kind: 'done' as const };
    },
  });
  process.stdout.write('ready\n');
  await new Promise<void>((resolve) => process.stdin.once('data', () => resolve()));
  while ((await bench.engine.sweep({ maxMs: sweepMs })) > 0);
  await bench.engine.idle();
  process.stdout.write(`done ${done}\n`);
  await bench.close();
  process.exit(0);
}

await main(process.argv[2] ?? '');
