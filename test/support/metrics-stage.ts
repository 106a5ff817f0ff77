import type { Backlog } from '../../models/backlog.ts';
import type { Clock } from '../../src/clock.ts';
import { createEngineCounters } from '../../src/engine/counters.ts';
import { createLogger } from '../../src/logger.ts';
import { type Metrics, createMetrics } from '../../src/metrics/create-metrics.ts';
import { createSlackCounters } from '../../src/slack/counters.ts';
import { ManualClock } from './manual-clock.ts';

export const emptyBacklog: Backlog = { due: 0, lagMs: 0, effects: {}, events: 0, deliveryLanes: 0 };

/** Metrics of a process that has done nothing yet. */
export function createTestMetrics(
  options: { clock?: Clock; readBacklog?: (now: Date) => Promise<Backlog> } = {},
): Metrics & { counters: Parameters<typeof createMetrics>[0]['counters'] } {
  const { clock = new ManualClock(), readBacklog = async () => emptyBacklog } = options;
  const counters = { engine: createEngineCounters(), slack: createSlackCounters() };
  const logger = createLogger('fatal');
  return { ...createMetrics({ counters, readBacklog, clock, logger }), counters };
}

/** The series of one metric, by their labels as Prometheus reads them; `''` for one that has none. */
export async function seriesOf(metrics: Metrics, name: string): Promise<Record<string, number>> {
  const lines = (await metrics.read()).split('\n');
  const found = lines.flatMap((line) => {
    const [, series = '', labels = '', value = ''] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return series === name ? [[labels, Number(value)] as const] : [];
  });
  return Object.fromEntries(found);
}
