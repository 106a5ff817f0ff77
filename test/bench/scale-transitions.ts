import { deriveId } from '../../src/domain/ids.ts';
import type { Definition, StepInput } from '../../src/domain/definition.ts';
import { createWorkflowStore } from '../../models/workflow-store.ts';
import { nativeDb } from '../../models/database.ts';
import { retainedHeapBytes } from '../support/faults-db/retained-heap.ts';
import { insertStoredExecutions, storedExecutionId } from '../support/faults-db/stored-executions.ts';
import {
  type BenchEngine,
  approver,
  benchOrgId,
  createBareWrites,
  createBenchEngine,
} from './bench-engine.ts';
import { describeRatio, measure, measureByTurns } from './measure.ts';

/** What was measured while so many executions were stored. */
interface AtSize {
  stored: number;
  /** The median of a transition on an execution that the process has not seen yet, to that of a bare write. */
  cost: number;
  documentsExamined: number;
  heapMb: number;
  readyMs: number;
}

/** Two people must agree, so a vote leaves the task where it is. */
const voting: StepInput = {
  name: 'ok',
  type: 'HUMAN',
  assignees: ['U0BO', 'U0ANA'],
  inputsTemplate: { message: 'Approve?' },
  policy: { required: 2 },
};
const series = 'scale';
const samplesAtMost = 500;
const starts = 15;
const done = { perform: async () => ({ kind: 'done' as const }) };

/** How the cost of a transition, the memory and the time to start depend on how much is stored. @param uri of an empty database */
export async function measureTransitionsAtScale(uri: string, sizes: readonly number[]): Promise<string[]> {
  const measured: AtSize[] = [];
  const setup = await createBenchEngine(uri, done);
  const definition = await storeDefinition(setup);
  await warmUpProcess(uri, definition);
  let stored = 0;
  for (const [phase, size] of sizes.entries()) {
    const startedAt = (): Date => new Date();
    const from = stored;
    await insertStoredExecutions(setup.database, {
      definition,
      count: size - from,
      startedAt,
      series: `${series}${phase}`,
    });
    stored = size;
    // What was just stored is written out first, or that is what is measured.
    await nativeDb(setup.database).admin().command({ fsync: 1 });
    measured.push(await measureAt(uri, sizes, phase));
  }
  await setup.close();
  return report(measured);
}

/** What a process loads and compiles once is not to be counted as growth. */
async function warmUpProcess(uri: string, definition: Definition): Promise<void> {
  const bench = await createBenchEngine(uri, done);
  const startedAt = (): Date => new Date();
  await insertStoredExecutions(bench.database, {
    definition,
    count: 2 * samplesAtMost,
    startedAt,
    series: 'warm-up',
  });
  await measure(2 * samplesAtMost, 1, (index) => voteOn(bench, storedExecutionId('warm-up', index)));
  await bench.engine.idle();
  await countExamined(bench, () => bench.engine.sweep({ maxMs: 1_000 }));
  await bench.close();
  retainedHeapBytes();
}

async function storeDefinition(bench: BenchEngine): Promise<Definition> {
  const workflowId = await bench.createWorkflow([voting]);
  const store = createWorkflowStore(bench.database);
  const workflow = await store.find(benchOrgId, workflowId);
  const definition = workflow === null ? null : await store.loadDefinition(workflow.revisionId);
  if (definition === null) throw new Error('the workflow is not stored');
  return definition;
}

async function measureAt(uri: string, sizes: readonly number[], phase: number): Promise<AtSize> {
  const readyMs = await measureStart(uri);
  const bench = await createBenchEngine(uri, done);
  try {
    const ids = sampleIds(sizes, phase);
    const bare = await createBareWrites(bench.database, ids.length);
    const vote = (index: number): Promise<void> => voteOn(bench, ids[index] ?? '');
    const warmUp = Math.floor(ids.length / 5);
    await measure(warmUp, 1, bare);
    await measure(warmUp, 1, vote);
    const counted = ids.length - 2 * warmUp;
    const settle = (): Promise<void> => bench.engine.idle();
    const { bare: bareWrites, other: votes } = await measureByTurns(
      counted,
      { parallel: 1, turn: 50, settle },
      { bare, other: (index) => vote(warmUp + index) },
    );
    await bench.engine.idle();
    const heapMb = retainedHeapBytes() / 1e6;
    const documentsExamined = await countExamined(bench, () =>
      measure(warmUp, 1, (index) => vote(warmUp + counted + index)),
    );
    return {
      stored: sizes[phase] ?? 0,
      cost: votes.p50Ms / bareWrites.p50Ms,
      documentsExamined,
      heapMb,
      readyMs,
    };
  } finally {
    await bench.close();
  }
}

/** From nothing to the end of the first sweep, the median of a few. */
async function measureStart(uri: string): Promise<number> {
  const { p50Ms } = await measure(starts, 1, async () => {
    const bench = await createBenchEngine(uri, done);
    await bench.engine.sweep({ maxMs: 5_000 });
    await bench.close();
  });
  return p50Ms;
}

/** Spread over all that is stored; none is in two phases, so none has been voted on. */
function sampleIds(sizes: readonly number[], phase: number): string[] {
  const count = Math.min(samplesAtMost, Math.floor((sizes[0] ?? 0) / sizes.length));
  return Array.from({ length: count }, (_, sample) => {
    const size = sizes[phase] ?? 0;
    const index = Math.floor((sample * size) / count / sizes.length) * sizes.length + phase;
    return idAt(sizes, index);
  });
}

/** The executions of each phase are a series of their own. */
function idAt(sizes: readonly number[], index: number): string {
  const phase = sizes.findIndex((size) => index < size);
  return storedExecutionId(`${series}${phase}`, index - (sizes[phase - 1] ?? 0));
}

async function voteOn({ engine }: BenchEngine, executionId: string): Promise<void> {
  await engine.execute(benchOrgId, executionId, {
    type: 'decide',
    stepExecutionId: deriveId('step', executionId, 0),
    outcome: 'approved',
    comment: null,
    output: null,
    by: approver,
  });
}

/** The most documents that one command on the executions looked at. */
async function countExamined({ database }: BenchEngine, work: () => Promise<unknown>): Promise<number> {
  const db = nativeDb(database);
  await db.command({ profile: 2 });
  await work();
  await db.command({ profile: 0 });
  const [worst] = await db
    .collection<{ docsExamined: number }>('system.profile')
    .find({ ns: `${db.databaseName}.executions`, 'command.findAndModify': { $exists: true } })
    .sort({ docsExamined: -1 })
    .limit(1)
    .toArray();
  await db.collection('system.profile').drop();
  return worst?.docsExamined ?? Number.NaN;
}

function report(measured: readonly AtSize[]): string[] {
  const [smallest] = measured;
  const largest = measured.at(-1);
  if (smallest === undefined || largest === undefined) return [];
  const examined = Math.max(...measured.map(({ documentsExamined }) => documentsExamined));
  return [
    ...measured.map(
      ({ stored, cost, documentsExamined, heapMb, readyMs }) =>
        `${stored} stored: transition p50 / bare p50 ${cost.toFixed(2)} (with its read), ${documentsExamined} document examined, ` +
        `heap ${heapMb.toFixed(1)} MB, ready after ${readyMs.toFixed(0)} ms`,
    ),
    describeRatio('slope of cost over stored, log-log', slope(measured), { atMost: 0.05 }),
    describeRatio('documents examined by a transition', examined, { atMost: 1 }),
    describeRatio(`heap at ${largest.stored} / at ${smallest.stored}`, largest.heapMb / smallest.heapMb, {
      atMost: 1.05,
    }),
    describeRatio(`ready at ${largest.stored} / at ${smallest.stored}`, largest.readyMs / smallest.readyMs, {
      atMost: 1.1,
    }),
  ];
}

/** Of the line through the points by least squares, both axes logarithmic. */
function slope(measured: readonly AtSize[]): number {
  const points = measured.map(({ stored, cost }) => ({ x: Math.log10(stored), y: Math.log10(cost) }));
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
  return covariance / mean(points.map(({ x }) => (x - meanX) ** 2));
}
