import { availableParallelism } from 'node:os';
import { measureBacklog } from './scale-backlog.ts';
import { measureClicks } from './scale-clicks.ts';
import { measureProcesses } from './scale-processes.ts';
import { measureTransitionsAtScale } from './scale-transitions.ts';

const moderate = { stored: [1_000, 10_000, 100_000], backlog: { steady: 1_000, restart: 10_000 } };
const full = { stored: [1_000, 10_000, 100_000, 1_000_000], backlog: { steady: 5_000, restart: 100_000 } };

/**
 * What is measured over many stored executions; minutes in the full form, most of which is storing them: in the full form
 * 1,000,000 that wait for a decision, then 130,000 due timers.
 * @param mongoUri names the database `baton`; databases of its own are made beside it
 * @returns lines to print, as they come
 */
export async function* runScaleBench(mongoUri: string, isFull: boolean): AsyncGenerator<string[]> {
  const { stored, backlog } = isFull ? full : moderate;
  const databaseNamed = (name: string): string => mongoUri.replace(/\/baton(?=\?|$)/, `/${name}`);
  yield await measureClicks(databaseNamed('bench_clicks'));
  yield await measureBacklog(databaseNamed('bench_backlog'), backlog);
  const count = isFull ? 20_000 : 4_000;
  const processors = availableParallelism();
  yield await measureProcesses((round) => databaseNamed(`bench_${round}`), { count, processors });
  yield await measureTransitionsAtScale(databaseNamed('bench_scale'), stored);
}
