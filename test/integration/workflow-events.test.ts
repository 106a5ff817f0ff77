import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { createOrgEventLog } from '../../models/org-event-log.ts';
import type { WorkflowDocument } from '../../models/workflow.ts';
import { createWorkflowOutbox } from '../../models/workflow-outbox.ts';
import { createWorkflowStore } from '../../models/workflow-store.ts';
import type { Actor } from '../../src/domain/actor.ts';
import { deriveId } from '../../src/domain/ids.ts';
import type { OrgEvent, OrgEventLog } from '../../src/domain/org-event.ts';
import type { OutboundEvent } from '../../src/domain/outbound-event.ts';
import { createWorkflows } from '../../src/engine/workflows/create-workflows.ts';
import { createDefinitionSource } from '../../src/engine/workflows/definition-cache.ts';
import { createWorkflowEvents, type WorkflowEvents } from '../../src/engine/workflows/workflow-events.ts';
import type { Workflows } from '../../src/engine/workflows/workflows.ts';
import { createLogger } from '../../src/logger.ts';
import { human, testOrgId, userMessage } from '../support/builders.ts';
import { createEngineFixture, type EngineFixture } from '../support/engine-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

const ana: Actor = { kind: 'person', userId: 'U0ANA', name: 'ana' };

describe.skipIf(isMongoMissing())('the log of what is done to workflows', () => {
  let testDatabase: TestDatabase;
  let fixture: EngineFixture;
  let workflows: Workflows;
  let events: WorkflowEvents;
  let log: ReturnType<typeof createOrgEventLog>;
  let offered: OutboundEvent[];
  /** What happens when the log is asked to append; by default it does. */
  let onAppend: () => void = () => undefined;
  let ids = 0;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    fixture = await createEngineFixture(testDatabase.uri);
    const { database } = fixture;
    const store = createWorkflowStore(database);
    const clock = new ManualClock();
    log = createOrgEventLog(database);
    const orgEvents: OrgEventLog = {
      append: async (drafts) => {
        onAppend();
        await log.append(drafts);
      },
    };
    offered = [];
    const fanOut = { offer: async (more: readonly OutboundEvent[]) => void offered.push(...more) };
    const logger = createLogger('silent');
    events = createWorkflowEvents({ outbox: createWorkflowOutbox(database), orgEvents, fanOut, logger });
    const definitions = createDefinitionSource(store, clock);
    const newId = (): string => deriveId('test', ids++);
    workflows = createWorkflows({ store, definitions, clock, newId, events });
  });
  afterAll(async () => {
    await fixture.close();
    await testDatabase.drop();
  });

  async function create(name: string): Promise<string> {
    const { workflow } = await workflows.create({
      orgId: testOrgId,
      teamId: null,
      name,
      description: '',
      inputsSchema: {},
      steps: [human('ok', { handoffs: [{ condition: 'default', to: 'tell' }] }), userMessage('tell')],
      status: 'ACTIVE',
      createdBy: ana,
    });
    return workflow.id;
  }
  async function eventsOf(workflowId: string): Promise<OrgEvent[]> {
    return (await log.list(testOrgId)).filter((event) => event.workflowId === workflowId);
  }
  async function outboxOf(workflowId: string): Promise<unknown[]> {
    const collection = nativeCollection<WorkflowDocument>(fixture.database, 'workflows');
    return (await collection.findOne({ _id: workflowId }))?.outbox ?? [];
  }

  it('says who did what, in which revision, once and in order', async () => {
    const id = await create('Logged');
    const { definition } = await workflows.get(testOrgId, id);
    const [ok, tell] = definition.steps.map((step) => step.id);
    await workflows.changeStep(testOrgId, id, tell ?? '', { name: 'inform', description: 'x' }, ana);
    await workflows.reorderSteps(testOrgId, id, [tell ?? '', ok ?? ''], ana);
    await workflows.duplicateStep(testOrgId, id, ok ?? '', ana);
    await workflows.deleteStep(testOrgId, id, tell ?? '', ana, { redirectTo: 'complete' });
    await workflows.change(testOrgId, id, { name: 'Logged anew' }, ana);
    await workflows.setStatus(testOrgId, id, 'PAUSED', ana);
    await workflows.setStatus(testOrgId, id, 'PAUSED', ana);
    await workflows.archive(testOrgId, id, ana);

    const found = await eventsOf(id);
    expect(found.map(({ type, subject, data }) => [type, subject.name, data['revision']])).toEqual([
      ['WORKFLOW_CREATED', 'Logged', 1],
      ['WORKFLOW_STEP_CREATED', 'ok', 1],
      ['WORKFLOW_STEP_CREATED', 'tell', 1],
      ['WORKFLOW_STEP_CHANGED', 'ok', 2],
      ['WORKFLOW_STEP_CHANGED', 'inform', 2],
      ['WORKFLOW_STEPS_REORDERED', 'Logged', 3],
      ['WORKFLOW_STEP_CREATED', 'ok_2', 4],
      ['WORKFLOW_STEP_DELETED', 'inform', 5],
      ['WORKFLOW_STEP_CHANGED', 'ok', 5],
      ['WORKFLOW_STEP_CHANGED', 'ok_2', 5],
      ['WORKFLOW_CHANGED', 'Logged anew', 6],
      ['WORKFLOW_STATUS_CHANGED', 'Logged anew', 6],
      ['WORKFLOW_STATUS_CHANGED', 'Logged anew', 6],
    ]);
    expect(found[4]?.data).toMatchObject({ changed: ['name', 'description'], from: 'tell', to: 'inform' });
    expect(found.every(({ actor }) => actor.kind === 'person' && actor.userId === 'U0ANA')).toBe(true);
    expect(found.map(({ seq }) => seq)).toEqual(found.map((_event, index) => (found[0]?.seq ?? 0) + index));
    const told = offered.filter(({ workflowId }) => workflowId === id);
    expect(told.map(({ type, stepName }) => [type, stepName])).toEqual([
      ['WORKFLOW_STEP_CREATED', 'ok'],
      ['WORKFLOW_STEP_CREATED', 'tell'],
      ['WORKFLOW_STEP_CREATED', 'ok_2'],
    ]);
    expect(await outboxOf(id)).toEqual([]);
  });

  it('loses nothing when the log cannot be written: the change stands, and is told later, once', async () => {
    onAppend = () => {
      throw new Error('the log is away');
    };
    const id = await create('Logged late');
    await workflows.change(testOrgId, id, { description: 'still changed' }, ana);
    expect((await workflows.get(testOrgId, id)).workflow.description).toBe('still changed');
    expect(await eventsOf(id)).toEqual([]);
    expect(await outboxOf(id)).toHaveLength(4);

    onAppend = () => undefined;
    expect(await events.flush()).toBe(1);
    expect(await events.flush()).toBe(0);
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
      'WORKFLOW_CREATED',
      'WORKFLOW_STEP_CREATED',
      'WORKFLOW_STEP_CREATED',
      'WORKFLOW_CHANGED',
    ]);
  });

  it('looks for what was left behind without reading what has nothing', async () => {
    const collection = nativeCollection<WorkflowDocument>(fixture.database, 'workflows');
    const plan = await collection.find({ 'outbox.id': { $gt: '' } }).explain('executionStats');
    expect(plan['executionStats']).toMatchObject({ totalKeysExamined: 0, totalDocsExamined: 0 });
  });
});
