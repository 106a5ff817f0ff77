import { createWorkflowStore } from '../../models/workflow-store.ts';
import { insertStoredExecutions } from '../support/faults-db/stored-executions.ts';
import { type BenchEngine, benchOrgId, createBenchEngine } from './bench-engine.ts';
import { describeRatio } from './measure.ts';

/** As long as a sweep of the bot may take before the next one begins. */
const sweepMs = 5_000;
let firstDoneAt: number | null = null;
const performer = {
  async perform() {
    firstDoneAt ??= performance.now();
    return { kind: 'done' as const };
  },
};

/**
 * How fast a restart works off the timers that came due meanwhile: the large backlog against a small
 * one, which is the steady rate. @param uri of an empty database
 */
export async function measureBacklog(
  uri: string,
  sizes: { small: number; large: number },
): Promise<string[]> {
  const bench = await createBenchEngine(uri, performer);
  try {
    await drain(bench, sizes.small, 'warm-up');
    const steady = await drain(bench, sizes.small, 'small');
    const restart = await drain(bench, sizes.large, 'large');
    return [
      `steady, ${sizes.small} due timers:   ${steady.perSecond.toFixed(0)}/s`,
      `restart, ${sizes.large} due timers: ${restart.perSecond.toFixed(0)}/s, the first after ${restart.firstMs.toFixed(0)} ms`,
      describeRatio('timers per second after a restart / steady', restart.perSecond / steady.perSecond, {
        atLeast: 0.8,
      }),
    ];
  } finally {
    await bench.close();
  }
}

async function drain(
  bench: BenchEngine,
  count: number,
  series: string,
): Promise<{ perSecond: number; firstMs: number }> {
  const workflowId = await bench.createWorkflow([{ name: 'pause', type: 'WAIT', for: '1h' }]);
  const store = createWorkflowStore(bench.database);
  const workflow = await store.find(benchOrgId, workflowId);
  const definition = workflow === null ? null : await store.loadDefinition(workflow.revisionId);
  if (definition === null) throw new Error('the workflow is not stored');
  const startedAt = (): Date => new Date(Date.now() - 86_400_000);
  await insertStoredExecutions(bench.database, { definition, count, startedAt, series });
  const beganAt = performance.now();
  firstDoneAt = null;
  while ((await bench.engine.sweep({ maxMs: sweepMs })) > 0);
  await bench.engine.idle();
  return {
    perSecond: (count / (performance.now() - beganAt)) * 1_000,
    firstMs: (firstDoneAt ?? Number.NaN) - beganAt,
  };
}
