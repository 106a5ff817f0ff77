import type { RequestHandler } from 'express';
import type { BoardStore } from '../../models/board-store.ts';
import type { IdempotencyStore } from '../../models/idempotency.ts';
import type { OrgStore } from '../../models/org.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../domain/ids.ts';
import type { StepResourceSource } from '../domain/step-resources.ts';
import type { ToolServers } from '../domain/tool-server.ts';
import type { Agents } from '../engine/agents/agents.ts';
import type { ApiKeys } from '../engine/people/api-keys.ts';
import type { Checker } from '../engine/workflows/checker.ts';
import type { Audit } from '../engine/audit/audit.ts';
import type { Batches } from '../engine/batches/batches.ts';
import type { WhySource } from '../engine/explain/create-why.ts';
import type { Engine } from '../engine/engine.ts';
import type { DefinitionSource } from '../engine/engine-deps.ts';
import type { AgentListeners } from '../engine/listeners/agent-listeners.ts';
import type { IdentifyPerson } from '../engine/people/identify-person.ts';
import type { Intakes } from '../engine/intakes/intakes.ts';
import type { Members } from '../engine/people/members.ts';
import type { PersonalSettings } from '../engine/people/personal-settings.ts';
import type { Rehearsals } from '../engine/rehearsals/rehearsals.ts';
import type { Restrict } from '../engine/access/restriction.ts';
import type { Sessions } from '../engine/people/sessions.ts';
import type { Schedules } from '../engine/triggers/schedules.ts';
import type { TaskFeed } from '../engine/task-feed.ts';
import type { Tasks } from '../engine/tasks.ts';
import type { Teams } from '../engine/people/teams.ts';
import type { Triggers } from '../engine/triggers/triggers.ts';
import type { Workflows } from '../engine/workflows/workflows.ts';
import type { Logger } from '../logger.ts';
import type { Webhooks } from '../webhooks/create-webhooks.ts';
import type { Authenticator } from './authentication.ts';
import type { HttpMeter } from './http-meter.ts';
import type { MetricsDeps } from './metrics-router.ts';
import type { BoardForms } from './board/board-forms.ts';
import type { BoardPeople } from './board/board-people.ts';
import type { BoardAuthoring } from './board/board-authoring.ts';
import type { BoardTriggers } from './board/board-triggers.ts';
import type { BoardWords } from './board/board-words.ts';
import type { LocalPerson } from './board/sign-in/sign-in-pages.ts';
import type { SlackSignIn } from './board/sign-in/slack-sign-in.ts';

/** Whether one part of the process can do its work at this moment. */
export interface PartReadiness {
  ready: boolean;
  /** Why not, or what to know, in plain words. Anybody may read it: no addresses, no secrets. */
  detail: string | null;
}

export interface ReadinessReport {
  database: PartReadiness;
  slack: PartReadiness;
  jobs: PartReadiness;
}

/** What the HTTP app needs from the rest of the process. */
export interface HttpDeps {
  /** These three may do everything: routes of the API use `servicesOf` instead. */
  engine: Engine;
  workflows: Workflows;
  tasks: Tasks;
  webhooks: Pick<Webhooks, 'plugins' | 'handlers' | 'deliveries'>;
  orgs: Pick<OrgStore, 'find' | 'findByTeam'>;
  authenticate: Authenticator;
  restrict: Restrict;
  identifyPerson: IdentifyPerson;
  members: Members;
  settings: PersonalSettings;
  teams: Teams;
  apiKeys: ApiKeys;
  agents: Agents;
  agentListeners: AgentListeners;
  batches: Batches;
  checker: Checker;
  why: WhySource;
  toolServers: Pick<ToolServers, 'names' | 'list'>;
  audit: Audit;
  rehearsals: Rehearsals;
  triggers: Triggers;
  intakes: Intakes;
  schedules: Schedules;
  readiness: () => Promise<ReadinessReport>;
  /** Counts requests. Absent: nobody does. */
  meter?: HttpMeter;
  /** Absent: there is no `/metrics`. */
  metrics?: MetricsDeps;
  /**
   * Slack's requests in HTTP mode: a router that answers `POST /slack/events` and nothing else. It comes
   * before any body parser, because Slack's signature is over the raw body.
   */
  slackRouter?: RequestHandler;
  /** Where the app is installed in workspaces. Absent: it serves one workspace. */
  installRouter?: RequestHandler;
  /** Why an org's work is parked, in a sentence; null when it is not. Absent: it never is. */
  whyParked?: (orgId: string) => Promise<string | null>;
  sessions: Sessions;
  /** What the pages of the board are made of. */
  boards: BoardStore;
  people: BoardPeople;
  words: BoardWords;
  /** A revision by its id. @throws FatalError when it is missing */
  loadDefinition: DefinitionSource['loadDefinition'];
  forms: BoardForms;
  /** Slack's forms of workflows, for the board. */
  authoring: BoardAuthoring;
  /** Slack's forms of what starts tasks, for the board. */
  triggerForms: BoardTriggers;
  /** What steps that models and tools do can be made of. */
  resources: StepResourceSource;
  taskFeed: TaskFeed;
  /** How often it is looked whether a page that listens may go on listening, in milliseconds. Default 20,000. */
  heartbeatMs?: number;
  /** By when the body of a request has to have come in, in milliseconds, unless it is a table. Default 30,000. */
  bodyTimeoutMs?: number;
  /** The ways into the board, beside the link from Slack. */
  signIn: {
    slack: SlackSignIn | null;
    /** Whom the local workspace lets in without a password, from this machine only. Null for a real Slack. */
    local: { orgId: string; people: readonly LocalPerson[] } | null;
  };
  idempotency: IdempotencyStore;
  /** Requests a minute for each key, and for each address that has none; 0: no limit. */
  rateLimitPerMinute: number;
  /** How the outside reaches Baton, without a trailing slash. */
  publicUrl: string;
  /** Names requests, so that an answer can be found in the log. */
  newId: IdSource;
  clock: Clock;
  logger: Logger;
}
