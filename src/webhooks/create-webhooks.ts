import type { LookupFunction } from 'node:net';
import type { Database } from '../../models/database.ts';
import { createEventHandlerStore } from '../../models/event-handler.ts';
import { MongoDeliveryStore } from '../../models/mongo-delivery-store.ts';
import { createPluginStore } from '../../models/plugin.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../domain/ids.ts';
import type { EventFanOut } from '../domain/outbound-event.ts';
import type { ApiKeys } from '../engine/api-keys.ts';
import type { NoteOrgEvent } from '../engine/note-org-event.ts';
import type { Logger } from '../logger.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Timers } from '../timers.ts';
import { createDeliveries } from './create-deliveries.ts';
import { createEventHandlers } from './create-event-handlers.ts';
import { createPlugins } from './create-plugins.ts';
import type { Deliveries } from './deliveries.ts';
import { type DeliveryLimits, DeliveryWorker, defaultDeliveryLimits } from './delivery-worker.ts';
import { createEventFanOut } from './event-fan-out.ts';
import type { EventHandlers } from './event-handlers.ts';
import { createGuardedAgent } from './guarded-agent.ts';
import { createHandlerTokens } from './handler-tokens.ts';
import { LaneRunner } from './lane-runner.ts';
import type { Plugins } from './plugins.ts';
import { createPostWebhook } from './post-webhook.ts';
import { createRecentlyRead } from './recently-read.ts';
import type { WebhookUrlRules } from './webhook-url.ts';

export interface WebhooksDeps {
  database: Database;
  apiKeys: Pick<ApiKeys, 'issueHandlerKey' | 'revokeHandlerKeys'>;
  note: NoteOrgEvent;
  box: SecretBox;
  rules: WebhookUrlRules;
  clock: Clock;
  timers: Timers;
  newId: IdSource;
  logger: Logger;
  limits?: DeliveryLimits;
  /** For the whole exchange with a receiver, in milliseconds. Default 15,000. */
  timeoutMs?: number;
  /** Where the names of receivers are resolved. Default: as the operating system does it. */
  lookup?: LookupFunction;
  /** From 0 to 1, for the jitter of retries. Default: `Math.random`. */
  random?: () => number;
}

/** Plugins, their attachment to workflows, and the delivery of events to them. */
export interface Webhooks {
  plugins: Plugins;
  handlers: EventHandlers;
  deliveries: Deliveries;
  fanOut: EventFanOut;
  worker: DeliveryWorker;
  /** Finishes what is under way, as far as the time allows, and closes all connections. */
  stop(timeoutMs: number): Promise<void>;
}

const defaultTimeoutMs = 15_000;
/** How long a claim of a lane lasts: an exchange, and time to record what came of it. */
const leaseInTimeouts = 3;

export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { database, box, rules, clock, timers, newId, logger, note } = deps;
  const timeoutMs = deps.timeoutMs ?? defaultTimeoutMs;
  const agent = createGuardedAgent({
    allowPrivate: rules.allowPrivate,
    ...(deps.lookup === undefined ? {} : { lookup: deps.lookup }),
  });
  const post = createPostWebhook({ dispatcher: agent, rules, clock, timers, timeoutMs });
  const stores = {
    deliveries: new MongoDeliveryStore(database),
    handlers: createEventHandlerStore(database),
    plugins: createPluginStore(database),
  };
  const recent = createRecentlyRead(stores, clock);
  const runner = new LaneRunner({
    deliveries: stores.deliveries,
    findHandler: (id) => recent.handler.get(id),
    findPlugin: (id) => recent.plugin.get(id),
    disableGone: (handler) => handlers.disableGone(handler),
    leaseMs: timeoutMs * leaseInTimeouts,
    timeoutMs,
    post,
    box,
    clock,
    logger,
    random: deps.random ?? Math.random,
  });
  const limits = deps.limits ?? defaultDeliveryLimits;
  const worker = new DeliveryWorker({ deliveries: stores.deliveries, runner, limits, clock, timers, logger });
  const kick = (pluginIds: Iterable<string>): void => worker.kick(pluginIds);
  const base = { deliveries: stores.deliveries, kick, note, box, clock, newId };
  const handlers = createEventHandlers({
    ...base,
    handlers: stores.handlers,
    getPlugin: (access, id) => plugins.get(access, id),
    tokens: createHandlerTokens(deps.apiKeys),
    findRecent: (id) => recent.handler.get(id),
    forget: (handler) => recent.forgetHandler(handler),
  });
  const plugins = createPlugins({
    ...base,
    plugins: stores.plugins,
    handlers: stores.handlers,
    detach: (handler, by) => handlers.detachAny(handler, by),
    forget: (id) => recent.plugin.forget(id),
    forgetHandler: (handler) => recent.forgetHandler(handler),
    post,
    rules,
  });
  return {
    plugins,
    handlers,
    deliveries: createDeliveries(base),
    fanOut: createEventFanOut({ ...base, handlersOf: (id) => recent.ofWorkflow.get(id) }),
    worker,
    async stop(stopMs) {
      await worker.drain(stopMs);
      await agent.destroy();
    },
  };
}
