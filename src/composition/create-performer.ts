import type { Database } from '../../models/database.ts';
import { createTeamStore } from '../../models/team-store.ts';
import type { Clock } from '../clock.ts';
import type { OrgServices } from './create-org-services.ts';
import type { EffectPerformer } from '../engine/effect-performer.ts';
import type { Engine } from '../engine/engine.ts';
import { createFindOwners } from '../engine/people/find-owners.ts';
import type { FindWorkflow } from '../engine/access/task-access.ts';
import type { SlackConnections } from '../slack/connections.ts';
import { createOrgPerformer } from '../slack/effects/org-performer.ts';
import { createSlackPerformer } from '../slack/effects/slack-performer.ts';
import { noSlackPerformer } from '../slack/no-slack-performer.ts';

export interface PerformerParts {
  database: Database;
  org: Pick<OrgServices, 'settings'>;
  definitions: { findWorkflow: FindWorkflow };
  clock: Clock;
  /** Of the engine whose effects are done. */
  execute: Engine['execute'];
}

/** What does the engine's effects: Slack, where it is connected. */
export function createPerformer(
  connections: SlackConnections | null,
  { database, org, definitions, clock, execute }: PerformerParts,
): EffectPerformer {
  if (connections === null) return noSlackPerformer;
  const findWorkflow: FindWorkflow = (...ids) => definitions.findWorkflow(...ids);
  const ownersOf = createFindOwners(findWorkflow, createTeamStore(database));
  const parts = { changes: connections.changes, settings: org.settings, ownersOf, execute, clock };
  return createOrgPerformer(connections, (connection) => createSlackPerformer({ ...connection, ...parts }));
}
