import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { WorkItemStore } from '../../../models/work-item.ts';
import type { Clock } from '../../clock.ts';
import { canSeeWorkflow } from '../../domain/access.ts';
import { fitInputs } from '../../domain/fit-inputs.ts';
import type { IdSource } from '../../domain/ids.ts';
import { type JsonValue, isJsonObject } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import { renderMapping } from '../../domain/mapping.ts';
import type { WorkItem } from '../../domain/work-item.ts';
import type { WorkReport } from '../../domain/work-report.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { AppError, ConflictError, NotFoundError } from '../../errors.ts';
import type { Callbacks } from './callbacks.ts';
import { definedOnly } from '../defined-only.ts';
import type { Intake, IntakeChanges, Intakes, NewIntake, SentWork } from './intakes.ts';
import type { Manager } from '../people/manager.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import type { ReadWork } from './read-work.ts';
import { requireActive, requireInputs } from '../workflows/require-startable.ts';
import { requireWriter } from '../access/restrict-engine.ts';
import { requireEditable } from '../workflows/restrict-workflows.ts';
import { secretShownOnce } from '../people/secret-shown-once.ts';
import type { TriggerStarts } from '../triggers/start-by-trigger.ts';
import type { FindWorkflow } from '../access/task-access.ts';
import type { TriggerSource, Triggers } from '../triggers/triggers.ts';
import type { WorkStarter } from './work-starter.ts';

export interface IntakesDeps {
  triggers: Pick<Triggers, 'create' | 'get' | 'change' | 'delete'>;
  source: Pick<TriggerSource, 'find'>;
  starts: Pick<TriggerStarts, 'note'>;
  items: WorkItemStore;
  starter: WorkStarter;
  callbacks: Callbacks;
  readWork: ReadWork;
  findWorkflow: FindWorkflow;
  note: NoteOrgEvent;
  clock: Clock;
  newId: IdSource;
}

/** Intakes over triggers and work items. */
export function createIntakes(deps: IntakesDeps): Intakes {
  return new StoreIntakes(deps);
}

class StoreIntakes implements Intakes {
  readonly #deps: IntakesDeps;

  constructor(deps: IntakesDeps) {
    this.#deps = deps;
  }

  async create(
    by: Manager,
    workflowId: string,
    { name, settings }: NewIntake,
    reservedId?: string,
  ): Promise<{ intake: Intake; secret: string | null }> {
    const { triggers, callbacks, source, newId } = this.#deps;
    if (reservedId !== undefined && (await source.find(reservedId)) !== null) throw secretShownOnce();
    const id = reservedId ?? newId();
    const input = {
      kind: 'intake',
      name: name ?? `Intake ${id.slice(-6)}`,
      enabled: true,
      settings,
    } as const;
    const intake = requireIntake(await triggers.create(by, workflowId, input, id));
    if (!callbacks.canKeepSecrets) return { intake, secret: null };
    const secret = await callbacks.firstSecret(intake);
    if (secret === null) throw secretShownOnce();
    return { intake, secret };
  }

  async get(by: Manager, workflowId: string, intakeId: string): Promise<Intake> {
    return requireIntake(await this.#deps.triggers.get(by, workflowId, intakeId));
  }

  async forChange(by: Manager, workflowId: string, intakeId: string): Promise<Intake> {
    const workflow = await this.#deps.findWorkflow(by.access.orgId, workflowId);
    if (workflow !== null && canSeeWorkflow(by.access, workflow)) requireEditable(by.access, workflow);
    return this.get(by, workflowId, intakeId);
  }

  async change(by: Manager, workflowId: string, intakeId: string, changes: IntakeChanges): Promise<Intake> {
    const { name, enabled, ...templates } = changes;
    await this.forChange(by, workflowId, intakeId);
    const settings = definedOnly(templates);
    const given = { ...definedOnly({ name, enabled }), settings };
    return requireIntake(await this.#deps.triggers.change(by, workflowId, intakeId, given));
  }

  async delete(by: Manager, workflowId: string, intakeId: string): Promise<void> {
    await this.forChange(by, workflowId, intakeId);
    await this.#deps.triggers.delete(by, workflowId, intakeId);
  }

  async rotateSecret(by: Manager, workflowId: string, intakeId: string, overlapMs: number): Promise<string> {
    const { callbacks, note } = this.#deps;
    const intake = await this.forChange(by, workflowId, intakeId);
    const secret = await callbacks.rotateSecret(intake, overlapMs);
    const { orgId, id, name } = intake;
    const subject = { kind: 'trigger', id, name };
    const data = { kind: 'intake', changed: ['callbackSecret'] };
    await note({ orgId, type: 'TRIGGER_CHANGED', workflowId, actor: by.actor, subject, data });
    return secret;
  }

  async accept(by: Manager, sent: SentWork): Promise<WorkItem> {
    const { intake, workflow } = await this.#find(by, sent.intakeId);
    requireWriter(by);
    const bodyHash = hashOf(sent);
    const earlier = await this.#findEarlier(sent, bodyHash);
    if (earlier !== null) return earlier;
    const item = await this.#newItem(by, intake, workflow, { ...sent, bodyHash });
    if (!(await this.#deps.items.insert(item))) {
      const other = await this.#findEarlier(sent, bodyHash);
      if (other === null) throw keyReused();
      return other;
    }
    await this.#deps.starter.tryNow(item);
    return item;
  }

  async read(by: Manager, intakeId: string, workId: string): Promise<WorkReport> {
    const { orgId } = by.access;
    const item = await this.#deps.items.find(orgId, intakeId, workId);
    const workflow = item === null ? null : await this.#deps.findWorkflow(orgId, item.workflowId);
    if (item === null || workflow === null || !canSeeWorkflow(by.access, workflow)) {
      throw new NotFoundError('There is no such work item.');
    }
    return (await this.#deps.readWork(item)).report;
  }

  sweep(limit: { maxMs: number }): Promise<number> {
    return this.#deps.starter.sweep(limit);
  }

  /** @throws NotFoundError for what the caller may not see */
  async #find({ access }: Manager, intakeId: string): Promise<{ intake: Intake; workflow: Workflow }> {
    const trigger = await this.#deps.source.find(intakeId);
    if (trigger === null || trigger.orgId !== access.orgId) throw noSuchIntake();
    const intake = requireIntake(trigger);
    const workflow = await this.#deps.findWorkflow(access.orgId, intake.workflowId);
    if (workflow === null || workflow.status === 'ARCHIVED' || !canSeeWorkflow(access, workflow)) {
      throw noSuchIntake();
    }
    return { intake, workflow };
  }

  /** @throws ConflictError when the key was sent with something else */
  async #findEarlier({ intakeId, rowKey }: SentWork, bodyHash: string): Promise<WorkItem | null> {
    if (rowKey === null) return null;
    const earlier = await this.#deps.items.findByRowKey(intakeId, rowKey);
    if (earlier !== null && earlier.bodyHash !== bodyHash) throw keyReused();
    return earlier;
  }

  /** What is refused stands in the intake's log, too. */
  async #newItem(
    by: Manager,
    intake: Intake,
    workflow: Workflow,
    sent: SentWork & { bodyHash: string },
  ): Promise<WorkItem> {
    const { clock, newId, callbacks, starter, starts } = this.#deps;
    const { orgId, workflowId } = intake;
    const { intakeId, rowKey, bodyHash } = sent;
    const id = newId();
    try {
      if (!intake.enabled) throw switchedOff(intake);
      requireActive(workflow);
      const inputs = requireInputs(inputsOf(sent, intake, workflow), workflow.inputsSchema);
      const callbackUrl =
        sent.callbackUrl === null ? null : await callbacks.check(intakeId, sent.callbackUrl);
      const startedBy = by.actor;
      const what = { id, orgId, workflowId, intakeId, rowKey, bodyHash, inputs, callbackUrl, startedBy };
      const now = clock.now();
      return {
        ...what,
        executionId: null,
        error: null,
        attempts: 0,
        createdAt: now,
        dueAt: starter.leaseEnd(now),
      };
    } catch (error) {
      if (error instanceof AppError && !error.retryable)
        await starts.note(intake, id, 'refused', error.message);
      throw error;
    }
  }
}

/** The body itself, or what the intake's templates make of it. A form's texts are fitted to the types that are asked for. */
function inputsOf({ body, isForm }: SentWork, { settings }: Intake, { inputsSchema }: Workflow): JsonValue {
  if (settings.inputsTemplate !== null)
    return fitInputs(renderMapping(settings.inputsTemplate, { body }), inputsSchema);
  const inputs = wholeBody(body, inputsSchema);
  return isForm && isJsonObject(inputs) ? fitInputs(inputs, inputsSchema) : inputs;
}

/** Of the body; the workflow may have an input of the same name. */
const reservedFields = ['row_key', 'callback_url'];

/** The inputs stand in the body itself, or under `inputs` as in every other call. */
function wholeBody(body: JsonValue, inputsSchema: JsonSchema): JsonValue {
  if (!isJsonObject(body)) return body;
  const properties = isJsonObject(inputsSchema['properties']) ? inputsSchema['properties'] : {};
  const isAsked = (name: string): boolean => Object.hasOwn(properties, name);
  const entries = Object.entries(body).filter(([name]) => isAsked(name) || !reservedFields.includes(name));
  const [[only, value] = [], ...others] = entries;
  if (only === 'inputs' && others.length === 0 && !isAsked('inputs') && isJsonObject(value)) return value;
  return Object.fromEntries(entries);
}

function requireIntake(trigger: { kind: string }): Intake {
  if (trigger.kind !== 'intake') throw noSuchIntake();
  return trigger as Intake;
}

function hashOf({ body, callbackUrl }: SentWork): string {
  return createHash('sha256')
    .update(canonicalize({ body, callbackUrl }) ?? '')
    .digest('hex');
}

function noSuchIntake(): NotFoundError {
  return new NotFoundError('There is no such intake.');
}

function switchedOff({ name }: Intake): ConflictError {
  return new ConflictError(
    `The intake "${name}" is switched off. Whoever may change its workflow can switch it on again.`,
    'intake-disabled',
  );
}

function keyReused(): ConflictError {
  return new ConflictError(
    'This row_key or Idempotency-Key was sent to this intake before with another body. Send a new key for new work.',
    'idempotency-key-reused',
  );
}
