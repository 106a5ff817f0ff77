import { type Database, nativeCollection } from '../../../models/database.ts';
import { createMongoEventStore } from '../../../models/mongo-event-store.ts';
import { MongoExecutionStore } from '../../../models/mongo-execution-store.ts';
import { createWorkflowStore } from '../../../models/workflow-store.ts';
import type { SlackFake } from '../slack/slack-fake.ts';
import type { SupervisedBot } from './supervised-bot.ts';
import { checkDelivery } from './check-delivery.ts';
import { checkHistory } from './check-history.ts';
import { checkMessages } from './check-messages.ts';
import type { Evidence } from './evidence.ts';
import { readSentMessages } from './sent-message.ts';

export interface InvariantsCheck {
  database: Database;
  slack: SlackFake;
  bot: SupervisedBot;
  /** The only task of the database; at rest. */
  executionId: string;
}

/**
 * Compares what is stored with what was sent: the log is whole, nothing is left to do, every message was
 * sent once, none without a reason, and each shows the present state.
 *
 * @returns what does not hold, in words; empty when everything does
 */
export async function checkInvariants(check: InvariantsCheck): Promise<string[]> {
  const { database, slack } = check;
  const evidence = await collect(check);
  const stored = await nativeCollection(database, 'executions').countDocuments();
  return [
    ...(stored === 1 ? [] : [`${stored} tasks are stored, not one`]),
    ...checkHistory(evidence),
    ...checkDelivery(evidence),
    ...checkMessages(evidence),
    ...slack.violations().map(({ method, error }) => `Slack refused ${method}: ${error}`),
  ];
}

async function collect({ database, slack, bot, executionId }: InvariantsCheck): Promise<Evidence> {
  const record = await new MongoExecutionStore(database).load(executionId);
  if (record === null) throw new Error(`there is no execution ${executionId}`);
  const definition = await createWorkflowStore(database).loadDefinition(record.state.revisionId);
  if (definition === null) throw new Error(`revision ${record.state.revisionId} is not stored`);
  const events = await createMongoEventStore(database).list(executionId);
  const sent = readSentMessages(slack);
  return { ...record, definition, events, sent, maybeTwice: readDoubts(bot.log()) };
}

/** @returns the ids of effects */
function readDoubts(log: string): Set<string> {
  const lines = log.split('\n').filter((line) => line.includes('it may be there twice'));
  return new Set(lines.map((line) => (JSON.parse(line) as { effectId: string }).effectId));
}
