import { createBacklogReader } from '../../models/backlog.ts';
import type { Database } from '../../models/database.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import { type EngineCounters, createEngineCounters } from '../engine/counters.ts';
import type { MetricsDeps } from '../http/metrics-router.ts';
import type { Logger } from '../logger.ts';
import { type Metrics, createMetrics } from '../metrics/create-metrics.ts';
import { type SlackCounters, createSlackCounters } from '../slack/counters.ts';

/** The counters of this process, and what shows them. */
export interface Meters extends Metrics {
  counters: { engine: EngineCounters; slack: SlackCounters };
}

export function createMeters(database: Database, clock: Clock, logger: Logger): Meters {
  const counters = { engine: createEngineCounters(), slack: createSlackCounters() };
  const readBacklog = createBacklogReader(database);
  return { ...createMetrics({ counters, readBacklog, clock, logger }), counters };
}

/** In production nobody reads them without the key: what comes from this machine may be a proxy's. */
export function metricsForHttp(meters: Meters, { metricsKey, mode }: Config): MetricsDeps {
  const readers = { contentType: meters.contentType, read: () => meters.read() };
  if (metricsKey !== null) return { access: { kind: 'key', key: metricsKey }, ...readers };
  return { access: { kind: mode === 'local' ? 'loopback' : 'nobody' }, ...readers };
}
