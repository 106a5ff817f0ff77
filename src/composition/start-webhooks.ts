import type { Database } from '../../models/database.ts';
import type { Clock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { OrgServices } from './create-org-services.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Logger } from '../logger.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Stoppers } from './stoppers.ts';
import { systemTimers } from '../timers.ts';
import { type Webhooks, createWebhooks } from '../webhooks/create-webhooks.ts';
import type { SentMeter } from '../webhooks/lane-runner.ts';

export interface WebhookParts {
  config: Config;
  database: Database;
  org: Pick<OrgServices, 'apiKeys' | 'noteOrgEvent'>;
  clock: Clock;
  newId: IdSource;
  logger: Logger;
  onSent: SentMeter;
  box: SecretBox;
  stoppers: Stoppers;
}

/** A part of the ten seconds that a stop may take. What is not sent by then is sent by another process. */
const drainMs = 2_000;

/** Plugins and the delivery of events. */
export function startWebhooks(parts: WebhookParts): Webhooks {
  const { config, database, org, clock, newId, logger, onSent, box, stoppers } = parts;
  if (config.webhooks.allowPrivate) {
    logger.info({}, 'webhooks may go to private and local addresses (WEBHOOK_ALLOW_PRIVATE)');
  }
  const webhooks = createWebhooks({
    database,
    apiKeys: org.apiKeys,
    note: org.noteOrgEvent,
    box,
    rules: config.webhooks,
    clock,
    timers: systemTimers,
    newId,
    logger,
    onSent,
  });
  stoppers.add(() => webhooks.stop(drainMs));
  return webhooks;
}
