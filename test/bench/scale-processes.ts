import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createWorkflowStore } from '../../models/workflow-store.ts';
import type { Definition } from '../../src/domain/definition.ts';
import { insertStoredExecutions } from '../support/faults-db/stored-executions.ts';
import { benchOrgId, createBenchEngine } from './bench-engine.ts';

const program = fileURLToPath(new URL('sweeping-process.js', import.meta.url));
const dayMs = 86_400_000;

/**
 * How much faster two and four processes work off what is due than one does, on one database and with nothing
 * configured. Where the processors are fewer than the processes and MongoDB together, more processes do not help: the
 * number of processors stands beside the ratio.
 *
 * @param uriOf of an empty database for each round
 */
export async function measureProcesses(
  uriOf: (round: string) => string,
  { count, processors }: { count: number; processors: number },
): Promise<string[]> {
  const rates = new Map<number, number>();
  for (const processes of [1, 2, 4]) {
    const uri = uriOf(`processes_${processes}`);
    await insertDue(uri, count);
    rates.set(processes, (count / (await workOff(uri, processes))) * 1_000);
  }
  const alone = rates.get(1) ?? Number.NaN;
  return [...rates].map(([processes, rate]) =>
    processes === 1
      ? `1 process, ${count} due timers, ${processors} processors with MongoDB on them too: ${rate.toFixed(0)}/s`
      : `timers per second of ${processes} processes / of one: ${(rate / alone).toFixed(2)}`,
  );
}

/** @returns how long it took them together, in milliseconds */
async function workOff(uri: string, processes: number): Promise<number> {
  const children = Array.from({ length: processes }, () =>
    spawn(process.execPath, [program, uri], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const ended = children.map((child) => once(child, 'exit'));
  await Promise.all(children.map((child) => nextLine(child)));
  const beganAt = performance.now();
  for (const child of children) child.stdin.write('go\n');
  await Promise.all(children.map((child) => nextLine(child)));
  const tookMs = performance.now() - beganAt;
  await Promise.all(ended);
  return tookMs;
}

async function nextLine(child: ChildProcess): Promise<void> {
  if (child.stdout === null) return;
  await once(child.stdout, 'data');
}

async function insertDue(uri: string, count: number): Promise<void> {
  const bench = await createBenchEngine(uri, { perform: async () => ({ kind: 'done' as const }) });
  const workflowId = await bench.createWorkflow([{ name: 'pause', type: 'WAIT', for: '1h' }]);
  const store = createWorkflowStore(bench.database);
  const workflow = await store.find(benchOrgId, workflowId);
  const definition: Definition | null =
    workflow === null ? null : await store.loadDefinition(workflow.revisionId);
  if (definition === null) throw new Error('the workflow is not stored');
  const startedAt = (): Date => new Date(Date.now() - dayMs);
  await insertStoredExecutions(bench.database, { definition, count, startedAt, series: 'due' });
  await bench.close();
}
