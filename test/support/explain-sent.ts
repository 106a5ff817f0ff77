import { type Database, nativeDb } from '../../models/database.ts';

/** What MongoDB does for one command. */
export interface Explained {
  stages: string[];
  keysExamined: number;
  docsExamined: number;
}

/**
 * What MongoDB does for exactly the finds, distincts and aggregations that the call sends, explained after it.
 *
 * @param database opened with `monitorCommands`
 */
export async function explainSent(database: Database, call: () => Promise<unknown>): Promise<Explained[]> {
  const client = database.getClient();
  const sent: Record<string, unknown>[] = [];
  const keep = ({
    commandName,
    command,
  }: {
    commandName: string;
    command: Record<string, unknown>;
  }): void => {
    if (['find', 'distinct', 'aggregate'].includes(commandName)) sent.push({ ...command });
  };
  client.on('commandStarted', keep);
  await call();
  client.off('commandStarted', keep);
  return Promise.all(sent.map((command) => explainCommand(database, command)));
}

async function explainCommand(database: Database, command: Record<string, unknown>): Promise<Explained> {
  const own = Object.entries(command).filter(([name]) => !/^(\$|lsid|txnNumber|readConcern)/.test(name));
  const whole = await nativeDb(database).command({
    explain: Object.fromEntries(own),
    verbosity: 'executionStats',
  });
  // What is read for an aggregation stands in its first stage, unless all of it is one plan.
  const answer =
    (whole['stages'] as { $cursor: Record<string, unknown> }[] | undefined)?.[0]?.$cursor ?? whole;
  const stats = answer['executionStats'] as { totalKeysExamined: number; totalDocsExamined: number };
  const stages = [...JSON.stringify(answer['queryPlanner']['winningPlan']).matchAll(/"stage":"(\w+)"/g)];
  return {
    stages: stages.map(([, stage]) => stage ?? ''),
    keysExamined: stats.totalKeysExamined,
    docsExamined: stats.totalDocsExamined,
  };
}
