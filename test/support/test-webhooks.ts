import mongoose from 'mongoose';
import type { Database } from '../../models/database.ts';
import type { OrgServices } from '../../src/composition/create-org-services.ts';
import type { EventFanOut } from '../../src/domain/outbound-event.ts';
import { createLogger } from '../../src/logger.ts';
import { createSecretBox } from '../../src/secret-box.ts';
import { systemTimers } from '../../src/timers.ts';
import { createWebhooks, type Webhooks, type WebhooksDeps } from '../../src/webhooks/create-webhooks.ts';

/** 32 bytes in base64. */
export const testEncryptionKey = Buffer.alloc(32, 7).toString('base64');

/** Plugins and deliveries as one process has them, with receivers on this machine allowed. Retries have no jitter. */
export function createTestWebhooks(
  database: Database,
  org: Pick<OrgServices, 'apiKeys' | 'noteOrgEvent'>,
  changes: Pick<WebhooksDeps, 'clock'> & Partial<WebhooksDeps>,
): Webhooks {
  return createWebhooks({
    database,
    apiKeys: org.apiKeys,
    note: org.noteOrgEvent,
    box: createSecretBox([testEncryptionKey]),
    rules: { allowPrivate: true, requireHttps: false },
    timers: systemTimers,
    newId: () => new mongoose.Types.ObjectId().toHexString(),
    logger: createLogger('fatal'),
    random: () => 0,
    ...changes,
  });
}

/** A fan-out for an engine that is made before the webhooks are. */
export class LaterFanOut implements EventFanOut {
  to: EventFanOut | undefined;

  async offer(events: Parameters<EventFanOut['offer']>[0]): Promise<void> {
    await this.to?.offer(events);
  }
}
