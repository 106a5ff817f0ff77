import { type Database, nativeCollection } from '../../../models/database.ts';
import { createMongoEventStore } from '../../../models/mongo-event-store.ts';
import { MongoExecutionStore } from '../../../models/mongo-execution-store.ts';
import { createWorkflowStore } from '../../../models/workflow-store.ts';
import type { SlackFake } from '../slack/slack-fake.ts';
import { checkDelivery } from './check-delivery.ts';
import { checkHistory } from './check-history.ts';
import { checkMessages } from './check-messages.ts';
import type { Evidence } from './evidence.ts';
import { readSentMessages } from './sent-message.ts';

export interface InvariantsCheck {
  database: Database;
  slack: SlackFake;
  /** The only task of the database; at rest. */
  executionId: string;
}

/**
 * Compares what is stored with what was sent: the log is whole, nothing is left to do, every message was
 * sent once, none without a reason, and each shows the present state.
 *
 * @returns what does not hold, in words; empty when everything does
 */
export async function checkInvariants({ database, slack, executionId }: InvariantsCheck): Promise<string[]> {
  const evidence = await collect(database, slack, executionId);
  const stored = await nativeCollection(database, 'executions').countDocuments();
  return [
    ...(stored === 1 ? [] : [`${stored} tasks are stored, not one`]),
    ...checkHistory(evidence),
    ...checkDelivery(evidence),
    ...checkMessages(evidence),
    ...slack.violations().map(({ method, error }) => `Slack refused ${method}: ${error}`),
  ];
}

async function collect(database: Database, slack: SlackFake, executionId: string): Promise<Evidence> {
  const record = await new MongoExecutionStore(database).load(executionId);
  if (record === null) throw new Error(`there is no execution ${executionId}`);
  const definition = await createWorkflowStore(database).loadDefinition(record.state.revisionId);
  if (definition === null) throw new Error(`revision ${record.state.revisionId} is not stored`);
  const events = await createMongoEventStore(database).list(executionId);
  return { ...record, definition, events, sent: readSentMessages(slack) };
}
