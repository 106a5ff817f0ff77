import mongoose from 'mongoose';
import { type Database, connectDatabase } from '../../../models/database.ts';
import { ensureIndexes } from '../../../models/ensure-indexes.ts';
import { createOrgStore } from '../../../models/org.ts';
import { createWorkflowStore } from '../../../models/workflow-store.ts';
import { systemClock } from '../../../src/clock.ts';
import type { StepInput } from '../../../src/domain/definition.ts';
import type { JsonSchema } from '../../../src/domain/json-schema.ts';
import { createWorkflows } from '../../../src/engine/workflows/create-workflows.ts';
import { createDefinitionSource } from '../../../src/engine/workflows/definition-cache.ts';
import { TEAM } from '../slack/fake-workspace.ts';
import { type SlackFake, startSlackFake } from '../slack/slack-fake.ts';
import { createTestDatabase } from '../test-mongo.ts';
import { type SupervisedBot, superviseBot } from './supervised-bot.ts';

/**
 * The bot in processes of their own that a failpoint kills; a Slack that records in the test's process;
 * and a database in mongod: what was sent and what was stored outlive the bot.
 */
export interface FaultStage {
  database: Database;
  slack: SlackFake;
  bot: SupervisedBot;
  close(): Promise<void>;
}

export interface FaultStageOptions {
  /** One for each process that is to die, as `BATON_FAILPOINT` names them. */
  failpoints: readonly string[];
  /** Default 2,500. */
  leaseMs?: number;
  /** More for the environment of the bot. */
  env?: Readonly<Record<string, string>>;
  /** Slack does not let the bot read what it has posted. Default false. */
  isHistoryHidden?: boolean;
  workflow: { name: string; steps: StepInput[]; inputsSchema: JsonSchema };
}

const DEFAULT_LEASE_MS = 2_500;

/** Everything running and ready, with one workflow that is active. */
export async function setFaultStage(options: FaultStageOptions): Promise<FaultStage> {
  const testDatabase = await createTestDatabase();
  const database = await connectDatabase(testDatabase.uri, { maxPoolSize: 4 });
  await addWorkflow(database, options.workflow);
  const slack = await startSlackFake();
  if (options.isHistoryHidden === true) hideHistory(slack);
  const bot = await superviseBot(
    {
      MONGODB_URI: testDatabase.uri,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      BATON_LEASE_MS: String(options.leaseMs ?? DEFAULT_LEASE_MS),
      LOG_LEVEL: 'warn',
      ...options.env,
    },
    options.failpoints,
  );
  slack.setEventsUrl(bot.eventsUrl);
  const close = async (): Promise<void> => {
    await bot.stop();
    await slack.close();
    await database.close();
    await testDatabase.drop();
  };
  try {
    await bot.whenReady();
  } catch (error) {
    await close();
    throw error;
  }
  return { database, slack, bot, close };
}

function hideHistory(slack: SlackFake): void {
  for (const method of ['conversations.history', 'conversations.replies']) {
    slack.failNext({ method, error: 'missing_scope', times: Number.POSITIVE_INFINITY });
  }
}

async function addWorkflow(database: Database, workflow: FaultStageOptions['workflow']): Promise<void> {
  await ensureIndexes(database);
  const newId = (): string => new mongoose.Types.ObjectId().toHexString();
  const createdAt = systemClock.now();
  const orgs = createOrgStore(database);
  const org = await orgs.ensure({ id: newId(), name: TEAM.name, slackTeamId: TEAM.id, createdAt });
  const store = createWorkflowStore(database);
  const definitions = createDefinitionSource(store, systemClock);
  await createWorkflows({ store, definitions, clock: systemClock, newId }).create({
    ...workflow,
    orgId: org.id,
    teamId: null,
    description: '',
    status: 'ACTIVE',
    createdBy: { kind: 'system' },
  });
}
