import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeCollection } from '../../models/database.ts';
import { type ExecutionDocument, toDocument } from '../../models/execution.ts';
import { createTaskStore } from '../../models/task-store.ts';
import { deriveId } from '../../src/domain/ids.ts';
import { writeResult } from '../../src/engine/batches/write-result.ts';
import { type BatchStage, setBatchStage } from '../support/batches/batch-stage.ts';
import { definition, human, minutesAfterStart, started } from '../support/builders.ts';
import { isMongoMissing } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('the result of a batch', { timeout: 30_000 }, () => {
  let stage: BatchStage;

  beforeAll(async () => {
    stage = await setBatchStage({ monitorCommands: true });
  });
  afterAll(async () => {
    await stage.close();
  });

  it('is read with two queries for each page of 200 rows, however many have a task', async () => {
    const batch = await stage.addBatch({ status: 'COMPLETED', rows: 450 });
    const parked = started(definition([human('ok')])).execution;
    const lease = { holder: 'gone', until: minutesAfterStart(0), released: true };
    const delivery = { messages: {}, outbox: { events: [], effects: [] }, dead: [], lease, dueAt: null };
    const rows = Array.from({ length: 450 }, (_, index) => ({ row: index + 1, id: deriveId('task', index) }));
    await nativeCollection<ExecutionDocument>(stage.database, 'executions').insertMany(
      rows.map(({ id }) =>
        toDocument({ state: { ...parked, id }, delivery: { ...delivery, settleCount: 0, startKey: null } }),
      ),
    );
    const as = {
      batchId: batch.id,
      cellsText: '{"customer":"Acme"}',
      inputs: {},
      errors: [],
      wasThere: false,
    };
    await stage.store.addRows(
      rows.map(({ row, id }) => ({ ...as, row, rowKey: `r${row}`, status: 'STARTED', executionId: id })),
      { orgId: batch.orgId, at: stage.time.now() },
    );
    const commands: string[] = [];
    stage.database.getClient().on('commandStarted', ({ commandName }) => commands.push(commandName));
    let text = '';
    const tasks = createTaskStore(stage.database);
    const readTasks = (orgId: string, ids: readonly string[]) => tasks.findAll(orgId, ids);
    for await (const part of writeResult({ store: stage.store, readTasks }, batch)) text += part;
    expect(text.trimEnd().split('\n')).toHaveLength(451);
    expect(text).toContain(`450,r450,STARTED,${rows[449]?.id},,,Acme`);
    expect(commands).toEqual(['find', 'find', 'find', 'find', 'find', 'find']);
  });
});
