import { createWorkflowStore } from '../../models/workflow-store.ts';
import type { Definition } from '../../src/domain/definition.ts';
import type { ExecutionState } from '../../src/domain/execution.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { insertStoredExecutions } from '../support/faults-db/stored-executions.ts';
import { type BenchEngine, benchOrgId, createBenchEngine } from './bench-engine.ts';
import { describeRatio } from './measure.ts';

/** As long as a sweep of the bot may take before the next one begins. */
const sweepMs = 5_000;
const dayMs = 86_400_000;
const steadyRounds = 5;
/** What each org has of the backlog; the larger, the older, which is the worst case for the others. */
const shares = [0.9, 0.06, 0.03, 0.01];

/** When the first timer of each org has fired. */
const firstDoneAt = new Map<string, number>();
const performer = {
  async perform(_effect: unknown, { execution: { orgId } }: { execution: ExecutionState }) {
    if (!firstDoneAt.has(orgId)) firstDoneAt.set(orgId, performance.now());
    return { kind: 'done' as const };
  },
};

/**
 * How fast a restarted bot works off the timers that came due meanwhile. The steady rate is that of a bot
 * that has been running for a while, and has as many due timers as it can work on: `steady` of them at a
 * time, several times over. @param uri of an empty database
 */
export async function measureBacklog(
  uri: string,
  sizes: { steady: number; restart: number },
): Promise<string[]> {
  const running = await createBenchEngine(uri, performer);
  const definition = await storeDefinition(running);
  const rates: number[] = [];
  for (let round = -1; round < steadyRounds; round += 1) {
    await insertDue(running, definition, { count: sizes.steady, series: `steady ${round}`, daysAgo: 1 });
    const beganAt = performance.now();
    await workOff(running);
    // The first round warms the process up.
    if (round >= 0) rates.push((sizes.steady / (performance.now() - beganAt)) * 1_000);
  }
  const steady = rates.toSorted((left, right) => left - right)[Math.floor(rates.length / 2)] ?? Number.NaN;
  const orgs = shares.map((share, place) => ({
    orgId: deriveId('org', place),
    count: Math.round(sizes.restart * share),
    daysAgo: shares.length - place,
  }));
  for (const { orgId, count, daysAgo } of orgs)
    await insertDue(running, { ...definition, orgId }, { count, series: `restart ${orgId}`, daysAgo });
  await running.close();

  firstDoneAt.clear();
  const beganAt = performance.now();
  const restarted = await createBenchEngine(uri, performer);
  try {
    await workOff(restarted);
    const perSecond = (sizes.restart / (performance.now() - beganAt)) * 1_000;
    const firstMs = orgs.map(({ orgId }) => (firstDoneAt.get(orgId) ?? Number.NaN) - beganAt);
    return [
      `steady, ${sizes.steady} due timers at a time: ${steady.toFixed(0)}/s`,
      `restart, ${sizes.restart} due timers of ${orgs.length} orgs: ${perSecond.toFixed(0)}/s, ` +
        `the first of each org after ${firstMs.map((ms) => `${ms.toFixed(0)} ms`).join(', ')}`,
      describeRatio('timers per second after a restart / steady', perSecond / steady, { atLeast: 0.8 }),
      describeRatio(
        "seconds from the start to the first timer of the last org's",
        Math.max(...firstMs) / 1_000,
        {
          atMost: 5,
        },
      ),
    ];
  } finally {
    await restarted.close();
  }
}

async function workOff({ engine }: BenchEngine): Promise<void> {
  while ((await engine.sweep({ maxMs: sweepMs })) > 0);
  await engine.idle();
}

async function insertDue(
  { database }: BenchEngine,
  definition: Definition,
  { count, series, daysAgo }: { count: number; series: string; daysAgo: number },
): Promise<void> {
  const startedAt = (): Date => new Date(Date.now() - daysAgo * dayMs);
  await insertStoredExecutions(database, { definition, count, startedAt, series });
}

async function storeDefinition(bench: BenchEngine): Promise<Definition> {
  const workflowId = await bench.createWorkflow([{ name: 'pause', type: 'WAIT', for: '1h' }]);
  const store = createWorkflowStore(bench.database);
  const workflow = await store.find(benchOrgId, workflowId);
  const definition = workflow === null ? null : await store.loadDefinition(workflow.revisionId);
  if (definition === null) throw new Error('the workflow is not stored');
  return definition;
}
