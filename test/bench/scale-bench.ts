import { measureBacklog } from './scale-backlog.ts';
import { measureClicks } from './scale-clicks.ts';
import { measureTransitionsAtScale } from './scale-transitions.ts';

const moderate = { stored: [1_000, 10_000, 100_000], backlog: { small: 1_000, large: 10_000 } };
const full = { stored: [1_000, 10_000, 100_000, 1_000_000], backlog: { small: 2_000, large: 100_000 } };

/**
 * What is measured over many stored executions; minutes in the full form.
 * @param mongoUri names the database `baton`; databases of its own are made beside it
 * @returns lines to print
 */
export async function runScaleBench(mongoUri: string, isFull: boolean): Promise<string[]> {
  const { stored, backlog } = isFull ? full : moderate;
  const databaseNamed = (name: string): string => mongoUri.replace(/\/baton(?=\?|$)/, `/${name}`);
  return [
    ...(await measureTransitionsAtScale(databaseNamed('bench_scale'), stored)),
    ...(await measureBacklog(databaseNamed('bench_backlog'), backlog)),
    ...(await measureClicks(databaseNamed('bench_clicks'))),
  ];
}
