import type { IntakeSecretStore, IntakeSecrets } from '../../models/intake-secret.ts';
import type { WorkItemStore } from '../../models/work-item.ts';
import type { Clock } from '../clock.ts';
import type { DeliveryStore, NewDelivery } from '../domain/delivery-store.ts';
import type { ExecutionState } from '../domain/execution.ts';
import type { IdSource } from '../domain/ids.ts';
import type { EventFanOut, OutboundEvent } from '../domain/outbound-event.ts';
import type { OutboundEventType } from '../domain/outbound-event-type.ts';
import type { WorkItem } from '../domain/work-item.ts';
import { type WorkReport, representWork } from '../domain/work-report.ts';
import { ConflictError, ValidationError } from '../errors.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Callbacks } from '../engine/intakes/callbacks.ts';
import type { ReadWork } from '../engine/intakes/read-work.ts';
import { placeOf } from './new-delivery.ts';
import type { FindReceiver, Receiver } from './receiver.ts';
import { newSigningSecret, previousSecret, sealSigningSecret } from './signing.ts';
import { type WebhookUrlRules, requireWebhookUrl } from './webhook-url.ts';

export interface CallbacksDeps {
  deliveries: Pick<DeliveryStore, 'add' | 'removeOf'>;
  secrets: IntakeSecretStore;
  workItems: Pick<WorkItemStore, 'listWithCallback'>;
  readWork: ReadWork;
  kick: (pluginIds: Iterable<string>) => void;
  box: SecretBox;
  rules: WebhookUrlRules;
  clock: Clock;
  newId: IdSource;
}

/** Callbacks, with what hears of the ends of tasks and what knows where callbacks go. */
export interface CallbackParts {
  callbacks: Callbacks;
  fanOut: EventFanOut;
  findReceiver: FindReceiver;
}

/** After these a task has ended, or has stopped until somebody acts. */
const endTypes: ReadonlySet<string> = new Set<OutboundEventType>([
  'WORKFLOW_EXECUTION_COMPLETED',
  'WORKFLOW_EXECUTION_FAILED',
  'WORKFLOW_EXECUTION_CANCELLED',
  'WORKFLOW_EXECUTION_EXPIRED',
]);

/** Callbacks over the deliveries of events: the same signatures, retries and dead letters. An intake is their receiver. */
export function createCallbacks(deps: CallbacksDeps): CallbackParts {
  const callbacks = new SignedCallbacks(deps);
  return {
    callbacks,
    fanOut: { offer: (events) => callbacks.offerEnded(events) },
    findReceiver: async ({ handlerId }) => receiverOf(await deps.secrets.find(handlerId)),
  };
}

class SignedCallbacks implements Callbacks {
  readonly #deps: CallbacksDeps;
  readonly canKeepSecrets: boolean;

  constructor(deps: CallbacksDeps) {
    this.#deps = deps;
    this.canKeepSecrets = deps.box.canSeal;
  }

  async check(intakeId: string, callbackUrl: string): Promise<string> {
    const url = requireCallbackUrl(callbackUrl, this.#deps.rules);
    if ((await this.#deps.secrets.find(intakeId)) === null) throw noSecret();
    return url;
  }

  async offer(item: WorkItem): Promise<void> {
    const { deliveries, readWork, kick, newId, clock } = this.#deps;
    const { callbackUrl, intakeId } = item;
    if (callbackUrl === null) return;
    const { report, task } = await readWork(item);
    if (report.status !== 'completed' && report.status !== 'failed') return;
    const now = clock.now();
    await deliveries.add([newCallback(item, callbackUrl, report, task, newId(), now)], now);
    kick([intakeId]);
  }

  /** For every task among them that has ended, if somebody wants to hear of it. */
  async offerEnded(events: readonly OutboundEvent[]): Promise<void> {
    const ended = events.filter(({ type }) => endTypes.has(type));
    const taskIds = ended.flatMap(({ executionId }) => executionId ?? []);
    if (taskIds.length === 0) return;
    for (const item of await this.#deps.workItems.listWithCallback(taskIds)) await this.offer(item);
  }

  async firstSecret({ id: intakeId, orgId }: { id: string; orgId: string }): Promise<string | null> {
    const { secrets, box } = this.#deps;
    const secret = newSigningSecret();
    const sealed = sealSigningSecret(box, intakeId, secret);
    return (await secrets.insert({ intakeId, orgId, secrets: [sealed] })) ? secret : null;
  }

  async rotateSecret(intake: { id: string; orgId: string }, overlapMs: number): Promise<string> {
    const { secrets, box, clock } = this.#deps;
    const { id: intakeId, orgId } = intake;
    const secret = newSigningSecret();
    const before = (await secrets.find(intakeId))?.secrets ?? [];
    const renewed = sealSigningSecret(box, intakeId, secret);
    await secrets.save({
      intakeId,
      orgId,
      secrets: [renewed, ...previousSecret(before, clock.now(), overlapMs)],
    });
    return secret;
  }

  async forget(intakeId: string): Promise<void> {
    await this.#deps.secrets.delete(intakeId);
    await this.#deps.deliveries.removeOf(intakeId);
  }
}

function receiverOf(found: IntakeSecrets | null): Receiver | null {
  if (found === null) return null;
  const { intakeId: id, secrets } = found;
  const disable = (): Promise<void> => Promise.resolve();
  return { id, secrets, webhookUrl: null, isVerified: true, enabled: true, disable };
}

/** The last event of the task names the end that is told: a task that was taken up again may end once more. */
function newCallback(
  { id, orgId, workflowId, intakeId, executionId }: WorkItem,
  url: string,
  report: WorkReport,
  task: ExecutionState | null,
  deliveryId: string,
  now: Date,
): NewDelivery {
  const seq = task?.lastEventSeq ?? 0;
  const lane = {
    id: `${intakeId}:${id}`,
    orgId,
    workflowId,
    handlerId: intakeId,
    pluginId: intakeId,
    executionId,
  };
  const eventId = `${id}:${seq}`;
  return {
    id: deliveryId,
    key: `${lane.id}:${placeOf({ seq, createdAt: now, id: eventId })}`,
    lane,
    eventId,
    eventType: endTypeOf(report, task),
    url,
    body: { kind: 'plain', json: JSON.stringify(representWork(id, report)) },
    createdAt: now,
  };
}

function endTypeOf(report: WorkReport, task: ExecutionState | null): OutboundEventType {
  if (report.status === 'completed') return 'WORKFLOW_EXECUTION_COMPLETED';
  if (task?.status === 'CANCELLED') return 'WORKFLOW_EXECUTION_CANCELLED';
  return task?.status === 'EXPIRED' ? 'WORKFLOW_EXECUTION_EXPIRED' : 'WORKFLOW_EXECUTION_FAILED';
}

function requireCallbackUrl(callbackUrl: string, rules: WebhookUrlRules): string {
  try {
    return requireWebhookUrl(callbackUrl, rules);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const fields = error.fields.map(({ message }) => ({ path: 'callback_url', message }));
    throw new ValidationError(error.message.replace('webhookUrl', 'callback_url'), fields);
  }
}

function noSecret(): ConflictError {
  return new ConflictError(
    'This intake has no secret to sign callbacks with. Make one with POST …/intakes/{id}/rotate-secret, or leave callback_url out and poll.',
    'callback-secret-missing',
  );
}
