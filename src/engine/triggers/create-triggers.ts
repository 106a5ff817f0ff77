import type { TriggerLog } from '../../../models/trigger-log.ts';
import { maxTriggersPerWorkflow, type TriggerStore } from '../../../models/trigger-store.ts';
import type { Clock } from '../../clock.ts';
import { canSeeWorkflow } from '../../domain/access.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { OrgEventType } from '../../domain/org-event.ts';
import { checkTrigger, type Trigger, TriggerInput } from '../../domain/trigger.ts';
import type { TriggerLogEntry } from '../../domain/trigger-log.ts';
import type { Workflow } from '../../domain/workflow.ts';
import { describeIssue, readUntrusted } from '../../domain/zod-issue.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts';
import type { Manager } from '../people/manager.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import { requireEditable } from '../workflows/restrict-workflows.ts';
import type { FindWorkflow } from '../access/task-access.ts';
import type { TriggerChanges, TriggerListener, TriggerLogPage, Triggers } from './triggers.ts';
import { type FindChannels, requireMayHear, rightOf } from './channel-access.ts';

export interface TriggersDeps {
  store: TriggerStore;
  log: TriggerLog;
  findWorkflow: FindWorkflow;
  note: NoteOrgEvent;
  /** Null: there is no Slack. */
  findChannels: FindChannels | null;
  /** Called after each change, before it is answered: caches forget, schedules are set. */
  listeners: readonly TriggerListener[];
  clock: Clock;
  newId: IdSource;
}

/** The triggers of the workflows over the store. */
export function createTriggers(deps: TriggersDeps): Triggers {
  return new StoreTriggers(deps);
}

class StoreTriggers implements Triggers {
  readonly #deps: TriggersDeps;

  constructor(deps: TriggersDeps) {
    this.#deps = deps;
  }

  async list(by: Manager, workflowId: string): Promise<Trigger[]> {
    const { orgId } = await this.#workflowFor(by, workflowId);
    return this.#deps.store.listOfWorkflow(orgId, workflowId);
  }

  async get(by: Manager, workflowId: string, triggerId: string): Promise<Trigger> {
    await this.#workflowFor(by, workflowId);
    const trigger = await this.#deps.store.find(by.access.orgId, triggerId);
    if (trigger === null || trigger.workflowId !== workflowId) throw noSuchTrigger();
    return trigger;
  }

  async create(by: Manager, workflowId: string, given: TriggerInput, reservedId?: string): Promise<Trigger> {
    const { store, clock, newId } = this.#deps;
    const id = reservedId ?? newId();
    const { orgId } = await this.#editableFor(by, workflowId);
    const input = parseTrigger(given);
    await requireMayHear(this.#deps.findChannels, by, channelsOf(input));
    const others = await store.listOfWorkflow(orgId, workflowId);
    if (others.length >= maxTriggersPerWorkflow && !others.some((other) => other.id === id)) throw tooMany();
    const now = clock.now();
    const hearsAs = rightOf(by.access);
    const fields = { id, orgId, workflowId, createdBy: by.actor, hearsAs, createdAt: now, updatedAt: now };
    const trigger: Trigger = { ...input, ...fields };
    if (!(await store.insert(trigger))) return this.get(by, workflowId, id);
    await this.#tell(trigger);
    await this.#note('TRIGGER_CREATED', trigger, by, { enabled: trigger.enabled });
    return trigger;
  }

  async change(
    by: Manager,
    workflowId: string,
    triggerId: string,
    changes: TriggerChanges,
  ): Promise<Trigger> {
    const { store, clock } = this.#deps;
    const { orgId } = await this.#editableFor(by, workflowId);
    const before = await this.get(by, workflowId, triggerId);
    const wanted = changed(before, changes);
    const isHeardAnew = changes.settings !== undefined || (wanted.enabled && !before.enabled);
    if (isHeardAnew) await requireMayHear(this.#deps.findChannels, by, channelsOf(wanted));
    const right = isHeardAnew ? { hearsAs: rightOf(by.access) } : {};
    const after = await store.replace(orgId, triggerId, { ...wanted, ...right }, clock.now());
    if (after === null) throw noSuchTrigger();
    await this.#tell(after);
    const names = Object.keys(changes);
    await this.#note('TRIGGER_CHANGED', after, by, { changed: names, enabled: after.enabled });
    return after;
  }

  async delete(by: Manager, workflowId: string, triggerId: string): Promise<void> {
    const { orgId } = await this.#editableFor(by, workflowId);
    const trigger = await this.get(by, workflowId, triggerId);
    if (!(await this.#deps.store.delete(orgId, triggerId))) throw noSuchTrigger();
    await this.#tell(trigger, true);
    await this.#note('TRIGGER_DELETED', trigger, by, {});
  }

  async log(
    by: Manager,
    workflowId: string,
    triggerId: string,
    page: TriggerLogPage,
  ): Promise<TriggerLogEntry[]> {
    const { orgId } = await this.get(by, workflowId, triggerId);
    return this.#deps.log.list(orgId, triggerId, page);
  }

  async #workflowFor({ access }: Manager, workflowId: string): Promise<Workflow> {
    const workflow = await this.#deps.findWorkflow(access.orgId, workflowId);
    if (workflow === null || workflow.status === 'ARCHIVED' || !canSeeWorkflow(access, workflow)) {
      throw new NotFoundError('There is no such workflow.');
    }
    return workflow;
  }

  async #editableFor(by: Manager, workflowId: string): Promise<Workflow> {
    const workflow = await this.#workflowFor(by, workflowId);
    requireEditable(by.access, workflow);
    return workflow;
  }

  async #tell(trigger: Trigger, isDeleted = false): Promise<void> {
    const { id: triggerId, orgId, workflowId } = trigger;
    const change = { orgId, workflowId, triggerId, trigger: isDeleted ? null : trigger };
    for (const listen of this.#deps.listeners) await listen(change);
  }

  async #note(type: OrgEventType, trigger: Trigger, by: Manager, data: JsonObject): Promise<void> {
    const { id, orgId, workflowId, name, kind } = trigger;
    const subject = { kind: 'trigger', id, name };
    await this.#deps.note({ orgId, type, workflowId, actor: by.actor, subject, data: { kind, ...data } });
  }
}

/** @throws ValidationError with the paths that are wrong */
function parseTrigger(value: unknown): TriggerInput {
  const parsed = readUntrusted(TriggerInput, value);
  if (!parsed.success) {
    const fields = parsed.error.issues.flatMap(describeIssue);
    const places = fields.map(({ path, message }) => `${path} ${message}`);
    throw new ValidationError(`The trigger is not right: ${places.join('; ')}.`, fields);
  }
  checkTrigger(parsed.data);
  return parsed.data;
}

function channelsOf(trigger: TriggerInput): readonly string[] {
  return trigger.kind === 'message' || trigger.kind === 'reaction' ? trigger.settings.channels : [];
}

/** The trigger as it shall be; an `undefined` setting takes the default. */
function changed({ name, enabled, kind, settings }: Trigger, changes: TriggerChanges): TriggerInput {
  return parseTrigger({
    name: changes.name ?? name,
    enabled: changes.enabled ?? enabled,
    kind,
    settings: { ...settings, ...changes.settings },
  });
}

function noSuchTrigger(): NotFoundError {
  return new NotFoundError('There is no such trigger.');
}

function tooMany(): ConflictError {
  return new ConflictError(
    `A workflow has at most ${maxTriggersPerWorkflow} triggers. Delete one that is not needed.`,
    'too-many-triggers',
  );
}
