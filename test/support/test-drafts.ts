import type { Database } from '../../models/database.ts';
import { MongoProviderSlots } from '../../models/provider-slots.ts';
import { createWorkflowDraftStore } from '../../models/workflow-draft.ts';
import { createDrafts, type DraftsDeps } from '../../src/engine/drafts/create-drafts.ts';
import type { Drafts } from '../../src/engine/drafts/drafts.ts';
import { createModelClient } from '../../src/llm/create-model-client.ts';
import { runPrompt } from '../../src/llm/run-prompt.ts';
import { createLogger } from '../../src/logger.ts';
import { systemTimers } from '../../src/timers.ts';

/** Drafts over the real MongoDB, with a real client of these providers. */
export function createTestDrafts(
  database: Database,
  parts: Pick<DraftsDeps, 'providers' | 'resources' | 'note' | 'clock'>,
): Drafts {
  const { providers, clock } = parts;
  const timers = systemTimers;
  const model = createModelClient({ providers, clock, timers });
  return createDrafts({
    ...parts,
    store: createWorkflowDraftStore(database),
    runs: { runPrompt: (request) => runPrompt({ model, clock }, request) },
    slots: new MongoProviderSlots(database, { clock, limitOf: () => 4 }),
    announce: () => Promise.resolve(),
    timers,
    logger: createLogger('fatal'),
  });
}
