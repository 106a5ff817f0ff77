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
import { type Measured, describeMeasured, describeRatio, measure } from './measure.ts';

const alone = { count: 1_500, parallel: 1 };
const crowd = { count: 12_000, parallel: 32 };
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
    await run(bench);
    const isFull = readEnvironment()['BENCH_FULL'] === '1';
    for (const line of await runScaleBench(mongo.uri, isFull)) process.stdout.write(`${line}\n`);
  } finally {
    await bench.close();
    await mongo.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function run(bench: BenchEngine): Promise<void> {
  const bare = await createBareWrites(bench.database, taskCount);
  const votes = await createVotes(bench);
  await measure(500, 8, bare);
  await measure(500, 8, votes);
  const results = {
    bareAlone: await measure(alone.count, alone.parallel, bare),
    voteAlone: await measure(alone.count, alone.parallel, votes),
    bareCrowd: await measure(crowd.count, crowd.parallel, bare),
    voteCrowd: await measure(crowd.count, crowd.parallel, votes),
    tripAlone: await measure(300, 1, await createRoundTrips(bench)),
    tripCrowd: await measure(4_000, 32, await createRoundTrips(bench)),
    clickToMessage: await measureClickToMessage(bench),
  };
  report(results);
}

/** One vote on one of many tasks, changed at each call. */
async function createVotes(bench: BenchEngine): Promise<(index: number) => Promise<void>> {
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
async function createRoundTrips(bench: BenchEngine): Promise<(index: number) => Promise<void>> {
  const workflowId = await bench.createWorkflow([deciding]);
  return async () => {
    const task = await bench.startTask(workflowId);
    const ended = await decide(bench, task, 'approved');
    if (ended.status !== 'COMPLETED') throw new Error(`the task is ${ended.status}`);
  };
}

async function measureClickToMessage(bench: BenchEngine): Promise<Measured> {
  const workflowId = await bench.createWorkflow([deciding, { ...deciding, name: 'next' }]);
  const tasks = await Promise.all(Array.from({ length: 500 }, () => bench.startTask(workflowId)));
  await bench.engine.idle();
  return measure(tasks.length, 1, async (index) => {
    const task = tasks[index];
    if (task === undefined) return;
    const asked = new Promise<void>((resolve) => firstAsk.set(task.id, resolve));
    await decide(bench, task, 'approved');
    await asked;
  });
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

function report(
  results: Record<
    'bareAlone' | 'voteAlone' | 'bareCrowd' | 'voteCrowd' | 'tripAlone' | 'tripCrowd' | 'clickToMessage',
    Measured
  >,
): void {
  const { bareAlone, voteAlone, bareCrowd, voteCrowd, tripAlone, tripCrowd, clickToMessage } = results;
  const lines = [
    `bare write, alone:            ${describeMeasured(bareAlone)}`,
    `transition, alone:            ${describeMeasured(voteAlone)}`,
    `bare write, 32 in parallel:   ${describeMeasured(bareCrowd)}`,
    `transition, 32 in parallel:   ${describeMeasured(voteCrowd)}`,
    `approval round trip, alone:   ${describeMeasured(tripAlone)}`,
    `approval round trip, 32:      ${describeMeasured(tripCrowd)}`,
    `click to next message:        ${describeMeasured(clickToMessage)}`,
    '',
    describeRatio('transition p50 / bare p50, alone', voteAlone.p50Ms / bareAlone.p50Ms, { atMost: 1.5 }),
    describeRatio('transition p99 / bare p99, alone', voteAlone.p99Ms / bareAlone.p99Ms, { atMost: 2 }),
    describeRatio('transitions / bare writes per second, 32', voteCrowd.perSecond / bareCrowd.perSecond, {
      atLeast: 0.6,
    }),
    describeRatio('round trips / bare writes per second, 32', tripCrowd.perSecond / bareCrowd.perSecond, {
      atLeast: 0.3,
    }),
    describeRatio('click to next message p50 / bare p50', clickToMessage.p50Ms / bareAlone.p50Ms, {
      atMost: 3,
    }),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

await main();
