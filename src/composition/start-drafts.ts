import { createWorkflowDraftStore } from '../../models/workflow-draft.ts';
import type { AppBase } from './app-base.ts';
import type { OrgServices } from './create-org-services.ts';
import type { StepRuns } from './create-step-runs.ts';
import { createDrafts } from '../engine/drafts/create-drafts.ts';
import type { Drafts } from '../engine/drafts/drafts.ts';
import type { StepMaking } from './start-step-resources.ts';
import { systemTimers } from '../timers.ts';

export interface Drafting {
  drafts: Drafts;
}

/** What has models draft workflows. Whoever shows them calls `work`. */
export function startDrafts(
  { database, config, clock, logger }: AppBase,
  { noteOrgEvent: note }: Pick<OrgServices, 'noteOrgEvent'>,
  { runs, slots, announcer }: Pick<StepRuns, 'runs' | 'slots' | 'announcer'>,
  { resources }: Pick<StepMaking, 'resources'>,
): Drafting {
  const { providers } = config;
  const store = createWorkflowDraftStore(database);
  const drafts = createDrafts({
    store,
    providers,
    runs,
    slots,
    resources,
    announce: announcer.announce,
    note,
    timers: systemTimers,
    clock,
    logger,
  });
  return { drafts };
}
