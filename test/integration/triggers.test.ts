import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manager } from '../../src/engine/people/manager.ts';
import { isSlackTrigger, type Trigger, type TriggerInput } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import {
  type TriggerServices,
  createTriggerServices,
} from '../../src/composition/create-trigger-services.ts';
import { createNoteOrgEvent } from '../../src/engine/audit/note-org-event.ts';
import { createOrgEventLog } from '../../models/org-event-log.ts';
import { newId } from '../../src/composition/new-id.ts';
import { testOrgId, userMessage } from '../support/builders.ts';
import { type EngineFixture, createEngineFixture } from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type TestDatabase, createTestDatabase, isMongoMissing } from '../support/test-mongo.ts';

const amount = { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] };
const ana = { kind: 'person', userId: 'U0ANA', name: 'ana' } as const;

describe.skipIf(isMongoMissing())('triggers', () => {
  let test: TestDatabase;
  let fixture: EngineFixture;
  let services: TriggerServices;
  let workflow: Workflow;
  const clock = new ManualClock();
  let named = 0;

  beforeAll(async () => {
    test = await createTestDatabase();
    fixture = await createEngineFixture(test.uri, { clock });
    const { database, engine, findWorkflow } = fixture;
    const note = createNoteOrgEvent(createOrgEventLog(database), clock, newId);
    const members = { current: () => Promise.resolve(null), accessOf: () => Promise.resolve(null) };
    const parts = { database, engine, findWorkflow, note, members };
    services = createTriggerServices({ ...parts, clock, newId });
    workflow = await fixture.createWorkflow([userMessage('tell')], amount);
  });
  afterAll(async () => {
    await fixture.close();
    await test.drop();
  });

  function by(changes: Partial<Manager['access']> = {}): Manager {
    const access = { orgId: testOrgId, role: 'owner', teamIds: [], userId: 'U0ANA', handler: null } as const;
    return { access: { ...access, ...changes }, actor: ana };
  }
  function input(changes: object = {}): TriggerInput {
    return { name: `T${named++}`, kind: 'message', settings: {}, ...changes } as TriggerInput;
  }
  async function make(changes: object = {}): Promise<Trigger> {
    return services.triggers.create(by(), workflow.id, input(changes));
  }
  function fire(
    trigger: Trigger,
    sourceKey: string,
    inputs: object,
  ): ReturnType<TriggerServices['triggerStarts']['start']> {
    const origin = { kind: 'api' } as const;
    return services.triggerStarts.start({
      trigger,
      sourceKey,
      inputs: inputs as never,
      startedBy: ana,
      origin,
    });
  }
  async function logOf(trigger: Trigger): Promise<object[]> {
    return services.triggers.log(by(), workflow.id, trigger.id, { limit: 50 });
  }

  it('of a key that is no person’s hear a channel no longer once it is private, unless it is an admin’s', async () => {
    const { database, engine } = fixture;
    const teamId = newId();
    const findWorkflow = (): Promise<Workflow> => Promise.resolve({ ...workflow, teamId });
    let isPublic = true;
    const channels = {
      isPublicChannel: () => Promise.resolve(isPublic),
      isInChannel: () => Promise.resolve(true),
    };
    const members = { current: () => Promise.resolve(null), accessOf: () => Promise.resolve(null) };
    const parts = { database, engine, findWorkflow, members, note: () => Promise.resolve(), clock, newId };
    const { triggers, mayStillHear } = createTriggerServices({
      ...parts,
      findChannels: () => Promise.resolve(channels),
    });
    const teamKey = by({ role: 'member', userId: null, teamIds: [teamId] });
    const adminKey = by({ userId: null });
    const wanted = { settings: { channels: ['C0OPEN'] } };
    const made = await triggers.create(teamKey, workflow.id, input(wanted));
    const hears = async (): Promise<boolean> => {
      const now = await triggers.get(adminKey, workflow.id, made.id);
      if (!isSlackTrigger(now)) throw new Error('it hears nothing');
      return mayStillHear(now, 'C0OPEN');
    };
    expect(await hears()).toBe(true);
    isPublic = false;
    expect(await hears()).toBe(false);
    await triggers.change(adminKey, workflow.id, made.id, wanted);
    expect(await hears()).toBe(true);
    isPublic = true;
    await triggers.change(teamKey, workflow.id, made.id, wanted);
    isPublic = false;
    expect(await hears()).toBe(false);
  });

  it('are made with defaults, changed field by field, switched off and deleted, and the org log says so', async () => {
    const trigger = await make({ name: 'Refunds' });
    expect(trigger).toMatchObject({
      enabled: true,
      settings: { channels: [], match: { by: 'anything' }, includeReplies: false },
    });
    await expect(make({ name: 'refunds' })).rejects.toMatchObject({ code: 'name-taken' });
    const { triggers } = services;
    await triggers.change(by(), workflow.id, trigger.id, { settings: { channels: ['C0GEN'] } });
    const changed = await triggers.change(by(), workflow.id, trigger.id, {
      settings: { includeReplies: true },
      enabled: false,
    });
    expect(changed).toMatchObject({
      enabled: false,
      settings: { channels: ['C0GEN'], includeReplies: true },
    });
    await triggers.delete(by(), workflow.id, trigger.id);
    await expect(triggers.get(by(), workflow.id, trigger.id)).rejects.toMatchObject({ status: 404 });
    const events = await createOrgEventLog(fixture.database).list(testOrgId);
    const types = events.filter(({ subject }) => subject.id === trigger.id).map(({ type }) => type);
    expect(types).toEqual(['TRIGGER_CREATED', 'TRIGGER_CHANGED', 'TRIGGER_CHANGED', 'TRIGGER_DELETED']);
  });

  it('are refused with the paths that are wrong', async () => {
    const wrong = { settings: { channels: ['general'], match: { by: 'pattern', pattern: 'a(' } } };
    await expect(make(wrong)).rejects.toMatchObject({
      fields: [{ path: 'settings/channels/0' }, { path: 'settings/match/pattern' }],
    });
    await expect(make({ settings: { inputsTemplate: { amount: '{{inputs.x}}' } } })).rejects.toMatchObject({
      fields: [{ path: 'settings/inputsTemplate/amount' }],
    });
  });

  it('belong to the workflow: seen and changed by whoever may see and change that', async () => {
    const trigger = await make();
    const { triggers } = services;
    const member = by({ role: 'member', userId: 'U0BO' });
    const stranger = by({ orgId: 'e'.repeat(24) });
    expect(await triggers.get(member, workflow.id, trigger.id)).toMatchObject({ id: trigger.id });
    const change = triggers.change(member, workflow.id, trigger.id, { enabled: false });
    await expect(change).rejects.toMatchObject({ status: 403 });
    await expect(triggers.create(member, workflow.id, input())).rejects.toMatchObject({ status: 403 });
    await expect(triggers.list(stranger, workflow.id)).rejects.toMatchObject({ status: 404 });
    const other = await fixture.createWorkflow([userMessage('tell')]);
    await expect(triggers.get(by(), other.id, trigger.id)).rejects.toMatchObject({ status: 404 });
  });

  it('start one task for one source, however often it comes, also at once', async () => {
    const trigger = await make();
    const results = await Promise.all(
      Array.from({ length: 8 }, () => fire(trigger, 'C1:1.1', { amount: 1 })),
    );
    const ids = new Set(results.map((result) => (result.decision === 'started' ? result.execution.id : '')));
    expect([...ids]).toEqual([expect.stringMatching(/^[0-9a-f]{24}$/)]);
    expect(await logOf(trigger)).toEqual([
      expect.objectContaining({ decision: 'started', executionId: [...ids][0], sourceKey: 'C1:1.1' }),
    ]);
  });

  it('log why nothing was started, and later that it was', async () => {
    const trigger = await make();
    expect(await fire(trigger, 'one', {})).toMatchObject({
      decision: 'refused',
      fields: [{ path: 'amount' }],
    });
    await fixture.workflows.setStatus(testOrgId, workflow.id, 'PAUSED', ana);
    expect(await fire(trigger, 'two', { amount: 1 })).toMatchObject({ decision: 'refused' });
    expect(await services.triggerStarts.note(trigger, 'three', 'skipped', 'A bot wrote it.')).toBe(true);
    expect(await services.triggerStarts.note(trigger, 'three', 'skipped', 'A bot wrote it.')).toBe(false);
    await fixture.workflows.setStatus(testOrgId, workflow.id, 'ACTIVE', ana);
    await fire(trigger, 'two', { amount: 1 });
    const entries = await logOf(trigger);
    const found = Object.fromEntries(
      entries.map((entry) => [(entry as { sourceKey: string }).sourceKey, entry]),
    );
    expect(found).toMatchObject({
      one: { decision: 'refused', reason: expect.stringContaining('amount') as string, executionId: null },
      two: { decision: 'started', reason: null },
      three: { decision: 'skipped', reason: 'A bot wrote it.' },
    });
  });

  it('are known without a query, and forgotten when they change', async () => {
    const trigger = await make({ kind: 'reaction', settings: { reaction: ':Ticket:' } });
    const { triggerSource, triggers } = services;
    const known = async (): Promise<boolean> =>
      (await triggerSource.listEnabled(testOrgId, ['reaction'])).some(({ id }) => id === trigger.id);
    expect(trigger.settings).toMatchObject({ reaction: 'ticket' });
    expect(await known()).toBe(true);
    await triggers.change(by(), workflow.id, trigger.id, { enabled: false });
    expect(await known()).toBe(false);
    await triggers.change(by(), workflow.id, trigger.id, { enabled: true });
    expect(await known()).toBe(true);
    // Another process deletes it: this one learns of it when its three seconds are over.
    await fixture.database.collection('triggers').deleteOne({ _id: trigger.id as never });
    expect(await known()).toBe(true);
    clock.advance(3_000);
    expect(await known()).toBe(false);
  });
});
