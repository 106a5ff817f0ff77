import { Registry, collectDefaultMetrics } from 'prom-client';
import type { Backlog } from '../../models/backlog.ts';
import type { Clock } from '../clock.ts';
import type { EngineCounters } from '../engine/counters.ts';
import type { EngineMeter } from '../engine/engine-meter.ts';
import { errorMessage } from '../errors.ts';
import type { HttpMeter } from '../http/http-meter.ts';
import type { Logger } from '../logger.ts';
import type { SlackCounters } from '../slack/counters.ts';
import type { SlackMeter } from '../slack/slack-meter.ts';
import type { SentMeter } from '../webhooks/lane-runner.ts';
import { createBacklogGauges } from './backlog-gauges.ts';
import { createDeliveryMeter } from './delivery-meter.ts';
import { createEngineMeter, exportEngineCounters } from './engine-meter.ts';
import { createHttpMeter } from './http-meter.ts';
import { type ModelMeter, createModelMeter } from './model-meter.ts';
import { createSlackMeter, exportSlackCounters } from './slack-meter.ts';

/** What Prometheus may read of this process. Labels are few and fixed; none names a person, a task or an org. */
export interface Metrics {
  engine: EngineMeter;
  slack: SlackMeter;
  http: HttpMeter;
  sent: SentMeter;
  model: ModelMeter;
  contentType: string;
  /** The text that Prometheus reads. The database is asked for what waits in it; without one that part is left out. */
  read(): Promise<string>;
}

export interface MetricsDeps {
  counters: { engine: EngineCounters; slack: SlackCounters };
  readBacklog: (now: Date) => Promise<Backlog>;
  clock: Clock;
  logger: Logger;
}

/** Several processes that are read one after the other ask the database no more often than this, each. */
const backlogLastsMs = 5_000;

export function createMetrics({ counters, readBacklog, clock, logger }: MetricsDeps): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  exportEngineCounters(registry, counters.engine);
  exportSlackCounters(registry, counters.slack);
  const backlog = createBacklogGauges(registry);
  let readAtMs = Number.NEGATIVE_INFINITY;

  async function refreshBacklog(): Promise<void> {
    const now = clock.now();
    if (now.getTime() - readAtMs < backlogLastsMs) return;
    readAtMs = now.getTime();
    try {
      backlog.show(await readBacklog(now));
    } catch (error) {
      backlog.hide();
      logger.warn({ detail: errorMessage(error) }, 'what waits in the database cannot be read for metrics');
    }
  }

  return {
    engine: createEngineMeter(registry),
    slack: createSlackMeter(registry),
    http: createHttpMeter(registry),
    sent: createDeliveryMeter(registry),
    model: createModelMeter(registry),
    contentType: registry.contentType,
    async read() {
      await refreshBacklog();
      return registry.metrics();
    },
  };
}
