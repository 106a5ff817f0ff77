import type { LookupFunction } from 'node:net';
import type { Database } from '../../models/database.ts';
import { createEventHandlerStore } from '../../models/event-handler.ts';
import { createIntakeSecretStore } from '../../models/intake-secret.ts';
import { MongoDeliveryStore } from '../../models/mongo-delivery-store.ts';
import { MongoExecutionStore } from '../../models/mongo-execution-store.ts';
import { createPluginStore } from '../../models/plugin.ts';
import { createTriggerStore } from '../../models/trigger-store.ts';
import { createWorkItemStore } from '../../models/work-item.ts';
import type { Clock } from '../clock.ts';
import type { DeliveryStore } from '../domain/delivery-store.ts';
import type { EventHandler } from '../domain/event-handler.ts';
import type { IdSource } from '../domain/ids.ts';
import type { EventFanOut } from '../domain/outbound-event.ts';
import type { ApiKeys } from '../engine/people/api-keys.ts';
import type { NoteOrgEvent } from '../engine/audit/note-org-event.ts';
import type { Logger } from '../logger.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Timers } from '../timers.ts';
import type { Callbacks } from '../engine/intakes/callbacks.ts';
import { createReadWork } from '../engine/intakes/read-work.ts';
import { type CallbackParts, type CallbacksDeps, createCallbacks } from './create-callbacks.ts';
import { createDeliveries } from './create-deliveries.ts';
import { createEventHandlers } from './create-event-handlers.ts';
import { createPlugins } from './create-plugins.ts';
import type { Deliveries } from './deliveries.ts';
import { type DeliveryLimits, DeliveryWorker, defaultDeliveryLimits } from './delivery-worker.ts';
import { createEventFanOut } from './event-fan-out.ts';
import type { EventHandlers } from './event-handlers.ts';
import { createGuardedAgent } from './guarded-agent.ts';
import { createHandlerTokens } from './handler-tokens.ts';
import { LaneRunner, type LaneRunnerDeps, type SentMeter } from './lane-runner.ts';
import type { Plugins } from './plugins.ts';
import { type PostWebhook, createPostWebhook } from './post-webhook.ts';
import { createPluginReceivers, firstReceiver } from './receiver.ts';
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
  /** Is told of each attempt to deliver an event. Absent: nobody is. */
  onSent?: SentMeter;
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
  callbacks: Callbacks;
  fanOut: EventFanOut;
  worker: DeliveryWorker;
  /** Finishes what is under way, as far as the time allows, and closes all connections. */
  stop(timeoutMs: number): Promise<void>;
}

const defaultTimeoutMs = 15_000;
/** How long a claim of a lane lasts: an exchange, and time to record what came of it. */
const leaseInTimeouts = 3;

export function createWebhooks(deps: WebhooksDeps): Webhooks {
  const { database, box, rules, clock, newId, note } = deps;
  const stores = {
    deliveries: new MongoDeliveryStore(database),
    handlers: createEventHandlerStore(database),
    plugins: createPluginStore(database),
  };
  const recent = createRecentlyRead(stores, clock);
  const outgoing = createOutgoing(deps);
  const { post } = outgoing;
  const disableGone = (handler: EventHandler): Promise<void> => handlers.disableGone(handler);
  const kick = (pluginIds: Iterable<string>): void => worker.kick(pluginIds);
  const base = { deliveries: stores.deliveries, kick, note, box, clock, newId };
  const { callbacks, ...ofCallbacks } = createIntakeCallbacks(deps, base);
  const findReceiver = firstReceiver(
    createPluginReceivers({
      findHandler: (id) => recent.handler.get(id),
      findPlugin: (id) => recent.plugin.get(id),
      disableGone,
    }),
    ofCallbacks.findReceiver,
  );
  const worker = createWorker(deps, stores.deliveries, { post, findReceiver });
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
    callbacks,
    fanOut: inTurn(
      createEventFanOut({ ...base, handlersOf: (id) => recent.ofWorkflow.get(id) }),
      ofCallbacks.fanOut,
    ),
    worker,
    async stop(stopMs) {
      await worker.drain(stopMs);
      await outgoing.close();
    },
  };
}

function createIntakeCallbacks(
  { database, rules, box, clock, newId }: WebhooksDeps,
  { deliveries, kick }: Pick<CallbacksDeps, 'deliveries' | 'kick'>,
): CallbackParts {
  const triggers = createTriggerStore(database);
  const executions = new MongoExecutionStore(database, []);
  return createCallbacks({
    deliveries,
    kick,
    secrets: createIntakeSecretStore(database),
    workItems: createWorkItemStore(database),
    readWork: createReadWork({ executions, triggers: { find: (id) => triggers.findAnywhere(id) } }),
    rules,
    box,
    clock,
    newId,
  });
}

/** One after the other. */
function inTurn(...fanOuts: readonly EventFanOut[]): EventFanOut {
  return {
    async offer(events) {
      for (const fanOut of fanOuts) await fanOut.offer(events);
    },
  };
}

/** What reaches the receivers, and nobody else. */
function createOutgoing({ rules, clock, timers, timeoutMs = defaultTimeoutMs, lookup }: WebhooksDeps): {
  post: PostWebhook;
  close: () => Promise<void>;
} {
  const { allowPrivate } = rules;
  const dispatcher = createGuardedAgent({ allowPrivate, ...(lookup === undefined ? {} : { lookup }) });
  return {
    post: createPostWebhook({ dispatcher, rules, clock, timers, timeoutMs }),
    close: () => dispatcher.destroy(),
  };
}

function createWorker(
  deps: WebhooksDeps,
  deliveries: DeliveryStore,
  calls: Pick<LaneRunnerDeps, 'post' | 'findReceiver'>,
): DeliveryWorker {
  const { box, clock, timers, logger, random = Math.random, limits = defaultDeliveryLimits } = deps;
  const timeoutMs = deps.timeoutMs ?? defaultTimeoutMs;
  const runner = new LaneRunner({
    ...calls,
    deliveries,
    leaseMs: timeoutMs * leaseInTimeouts,
    timeoutMs,
    box,
    clock,
    logger,
    random,
    ...(deps.onSent === undefined ? {} : { onSent: deps.onSent }),
  });
  return new DeliveryWorker({ deliveries, runner, limits, clock, timers, logger });
}
