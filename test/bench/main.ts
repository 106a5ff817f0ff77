import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from '../../src/config.ts';
import type { StepInput } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { startEmbeddedMongo } from '../../src/local/embedded-mongo.ts';
import { createLogger } from '../../src/logger.ts';
import {
  type BenchEngine,
  approver,
  benchOrgId,
  createBareWrites,
  createBenchEngine,
} from './bench-engine.ts';
import { runScaleBench } from './scale-bench.ts';
import {
  type Measured,
  describeMeasured,
  describeRatio,
  type Operation,
  isMissed,
  measure,
  measureByTurns,
} from './measure.ts';

const taskCount = 1_000;

/** A decision that two people must take, so that changing one's vote is a transition that can be repeated. */
const voting: StepInput = {
  name: 'ok',
  type: 'HUMAN',
  assignees: ['U0BO', 'U0ANA'],
  inputsTemplate: { message: 'Approve {{inputs.amount}}?' },
  policy: { required: 2 },
  outcomes: [
    { name: 'yes', label: 'Yes' },
    { name: 'no', label: 'No' },
  ],
};
const deciding: StepInput = {
  name: 'ok',
  type: 'HUMAN',
  assignees: ['U0BO'],
  inputsTemplate: { message: 'Approve {{inputs.amount}}?' },
};

const firstAsk = new Map<string, () => void>();

/** Slack's place: answers at once, and tells who waits for the ask of a second step. */
const performer = {
  async perform(effect: { kind: string; stepIndex?: number }, task: { execution: ExecutionState }) {
    if (effect.kind === 'ask' && effect.stepIndex === 1) firstAsk.get(task.execution.id)?.();
    return { kind: 'done' as const };
  },
};

async function main(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  const mongo = await startEmbeddedMongo({
    dataDir,
    logger: createLogger('warn'),
    systemBinary: readEnvironment()['MONGOMS_SYSTEM_BINARY'] ?? null,
  });
  const bench = await createBenchEngine(mongo.uri, performer);
  try {
    const missed = print(await run(bench));
    const isFull = readEnvironment()['BENCH_FULL'] === '1';
    for await (const lines of runScaleBench(mongo.uri, isFull)) missed.push(...print(lines));
    const goals = missed.length === 0 ? ['All goals are met.'] : ['Goals missed:', ...missed];
    process.stdout.write(`\n${goals.join('\n')}\n`);
  } finally {
    await bench.close();
    await mongo.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** @returns the lines that tell of a goal that is missed */
function print(lines: readonly string[]): string[] {
  process.stdout.write(`${lines.join('\n')}\n`);
  return lines.filter(isMissed);
}

async function run(bench: BenchEngine): Promise<string[]> {
  const bare = await createBareWrites(bench.database, taskCount);
  const votes = await createVotes(bench);
  await measure(500, 8, bare);
  await measure(500, 8, votes);
  const settle = (): Promise<void> => bench.engine.idle();
  const alone = { parallel: 1, turn: 500, settle };
  const crowd = { parallel: 32, turn: 2_000, settle };
  const trips = await createRoundTrips(bench);
  return report({
    votes: await measureByTurns(1_500, alone, { bare, other: votes }),
    crowdVotes: await measureByTurns(12_000, crowd, { bare, other: votes }),
    trips: await measureByTurns(500, alone, { bare, other: trips }),
    crowdTrips: await measureByTurns(6_000, crowd, { bare, other: trips }),
    approvals: await measureByTurns(500, alone, { bare, other: await createApprovals(bench) }),
    clicks: await measureByTurns(500, alone, { bare, other: await createClicks(bench) }),
  });
}

/** One vote on one of many tasks, changed at each call. */
async function createVotes(bench: BenchEngine): Promise<Operation> {
  const workflowId = await bench.createWorkflow([voting]);
  const tasks = await Promise.all(Array.from({ length: taskCount }, () => bench.startTask(workflowId)));
  await bench.engine.idle();
  let calls = 0;
  return async () => {
    const call = calls;
    calls += 1;
    const task = tasks[call % taskCount];
    if (task === undefined) return;
    await decide(bench, task, Math.floor(call / taskCount) % 2 === 0 ? 'yes' : 'no');
  };
}

/** Start, wait for a person, approve, COMPLETED. */
async function createRoundTrips(bench: BenchEngine): Promise<Operation> {
  const workflowId = await bench.createWorkflow([deciding]);
  return async () => {
    const task = await bench.startTask(workflowId);
    const ended = await decide(bench, task, 'approved');
    if (ended.status !== 'COMPLETED') throw new Error(`the task is ${ended.status}`);
  };
}

/** From the approval of a task that waits to COMPLETED. */
async function createApprovals(bench: BenchEngine): Promise<Operation> {
  const workflowId = await bench.createWorkflow([deciding]);
  const tasks = await Promise.all(Array.from({ length: 500 }, () => bench.startTask(workflowId)));
  await bench.engine.idle();
  return async (index) => {
    const task = tasks[index];
    const ended = task === undefined ? null : await decide(bench, task, 'approved');
    if (ended?.status !== 'COMPLETED') throw new Error(`the task is ${ended?.status}`);
  };
}

/** From the approval of a first step to the message of the second. */
async function createClicks(bench: BenchEngine): Promise<Operation> {
  const workflowId = await bench.createWorkflow([deciding, { ...deciding, name: 'next' }]);
  const tasks = await Promise.all(Array.from({ length: 500 }, () => bench.startTask(workflowId)));
  await bench.engine.idle();
  return async (index) => {
    const task = tasks[index];
    if (task === undefined) return;
    const asked = new Promise<void>((resolve) => firstAsk.set(task.id, resolve));
    await decide(bench, task, 'approved');
    await asked;
  };
}

function decide(bench: BenchEngine, task: ExecutionState, outcome: string): Promise<ExecutionState> {
  const stepExecutionId = task.stack.at(-1)?.id ?? '';
  return bench.engine.execute(benchOrgId, task.id, {
    type: 'decide',
    stepExecutionId,
    outcome,
    comment: null,
    output: null,
    by: approver,
  });
}

type Compared = Record<'bare' | 'other', Measured>;
type Results = Record<'votes' | 'crowdVotes' | 'trips' | 'crowdTrips' | 'approvals' | 'clicks', Compared>;

function report({ votes, crowdVotes, trips, crowdTrips, approvals, clicks }: Results): string[] {
  return [
    `bare write, alone:             ${describeMeasured(votes.bare)}`,
    `transition, alone:             ${describeMeasured(votes.other)}`,
    `bare write, 32 in parallel:    ${describeMeasured(crowdVotes.bare)}`,
    `transition, 32 in parallel:    ${describeMeasured(crowdVotes.other)}`,
    `approval round trip, alone:    ${describeMeasured(trips.other)}`,
    `approval round trip, 32:       ${describeMeasured(crowdTrips.other)}`,
    `approval to COMPLETED, alone:  ${describeMeasured(approvals.other)}`,
    `click to next message:         ${describeMeasured(clicks.other)}`,
    '',
    compare('transition p50 / bare p50, alone', votes, 'p50Ms', { atMost: 1.5 }),
    compare('transition p99 / bare p99, alone', votes, 'p99Ms', { atMost: 2 }),
    compare('transitions / bare writes per second, 32', crowdVotes, 'perSecond', { atLeast: 0.6 }),
    compare('round trips / bare writes per second, 32', crowdTrips, 'perSecond', { atLeast: 0.3 }),
    compare('approval to COMPLETED p50 / bare p50', approvals, 'p50Ms', { atMost: 1.5 }),
    compare('click to next message p50 / bare p50', clicks, 'p50Ms', { atMost: 3 }),
  ];
}

function compare(
  what: string,
  { bare, other }: Compared,
  field: keyof Measured,
  goal: { atMost: number } | { atLeast: number },
): string {
  return describeRatio(what, other[field] / bare[field], goal);
}

await main();
