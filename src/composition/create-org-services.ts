import { createAgentStore } from '../../models/agent.ts';
import { createAgentUsage } from '../../models/agent-usage.ts';
import { createApiKeyStore } from '../../models/api-key-store.ts';
import { createAuditStore } from '../../models/audit-store.ts';
import { createChainReader } from '../../models/chain-reader.ts';
import type { Database } from '../../models/database.ts';
import { createMemberSettingsStore } from '../../models/member-settings-store.ts';
import { createMemberStore } from '../../models/member-store.ts';
import { type MongoOrgEventLog, createOrgEventLog } from '../../models/org-event-log.ts';
import { createSessionStore } from '../../models/session-store.ts';
import { createTeamStore } from '../../models/team-store.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Agents } from '../engine/agents/agents.ts';
import type { ApiKeys } from '../engine/people/api-keys.ts';
import { type Audit, createAudit } from '../engine/audit/audit.ts';
import { createAgents } from '../engine/agents/create-agents.ts';
import { createApiKeys } from '../engine/people/create-api-keys.ts';
import { createMembers } from '../engine/people/create-members.ts';
import { createPersonalSettings } from '../engine/people/create-personal-settings.ts';
import { createSessions } from '../engine/people/create-sessions.ts';
import { createTeams } from '../engine/people/create-teams.ts';
import type { AccountSource, Members } from '../engine/people/members.ts';
import { type NoteOrgEvent, createNoteOrgEvent } from '../engine/audit/note-org-event.ts';
import type { PersonalSettings } from '../engine/people/personal-settings.ts';
import type { Sessions } from '../engine/people/sessions.ts';
import type { Teams } from '../engine/people/teams.ts';
import type { Logger } from '../logger.ts';

export interface OrgServicesDeps {
  database: Database;
  /** Null without Slack. */
  accounts: AccountSource | null;
  clock: Clock;
  newId: IdSource;
  /** A new secret of at least 256 random bits, in base64url. */
  newSecret: () => string;
  logger: Logger;
}

/** Who is in the orgs, what they may do, and the log of what was done. */
export interface OrgServices {
  members: Members;
  settings: PersonalSettings;
  teams: Teams;
  apiKeys: ApiKeys;
  sessions: Sessions;
  agents: Agents;
  audit: Audit;
  orgEvents: MongoOrgEventLog;
  noteOrgEvent: NoteOrgEvent;
}

/** Makes them over one database; nothing is read or written yet. */
export function createOrgServices(deps: OrgServicesDeps): OrgServices {
  const { database, accounts, clock, newId, newSecret, logger } = deps;
  const orgEvents = createOrgEventLog(database);
  const note = createNoteOrgEvent(orgEvents, clock, newId);
  const memberStore = createMemberStore(database);
  const teamStore = createTeamStore(database);
  const keyStore = createApiKeyStore(database);
  const sessionStore = createSessionStore(database);
  const common = { note, clock, newId, logger };
  const members = createMembers({
    ...common,
    store: memberStore,
    teams: teamStore,
    keys: keyStore,
    sessions: sessionStore,
    accounts,
  });
  return {
    members,
    settings: createPersonalSettings({
      store: createMemberSettingsStore(database),
      members: memberStore,
      note,
      clock,
    }),
    teams: createTeams({ ...common, store: teamStore, members: memberStore, keys: keyStore }),
    apiKeys: createApiKeys({ ...common, store: keyStore, teams: teamStore, newSecret }),
    sessions: createSessions({ ...common, store: sessionStore, members, newSecret }),
    agents: createAgents({
      ...common,
      store: createAgentStore(database),
      usage: createAgentUsage(database),
    }),
    audit: createAudit({ store: createAuditStore(database), chains: createChainReader(database) }),
    orgEvents,
    noteOrgEvent: note,
  };
}
