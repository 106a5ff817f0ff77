import type { HomeViewers } from '../../models/home-viewer.ts';
import type { RehearsalStore } from '../../models/rehearsal-store.ts';
import type { SlackDeliveries } from '../../models/slack-delivery.ts';
import type { SlackInbox } from '../../models/slack-inbox.ts';
import type { PostedCards } from '../../models/posted-card.ts';
import type { Clock } from '../clock.ts';
import type { SlackInbound } from '../slack-config.ts';
import type { StepResourceSource } from '../domain/step-resources.ts';
import type { Agents } from '../engine/agents/agents.ts';
import type { ApiKeys } from '../engine/people/api-keys.ts';
import type { Checker } from '../engine/workflows/checker.ts';
import type { Batches } from '../engine/batches/batches.ts';
import type { Drafts } from '../engine/drafts/drafts.ts';
import type { WhySource } from '../engine/explain/create-why.ts';
import type { PlainWords } from '../engine/explain/plain-words.ts';
import type { Engine } from '../engine/engine.ts';
import type { Intakes } from '../engine/intakes/intakes.ts';
import type { AgentListeners } from '../engine/listeners/agent-listeners.ts';
import type { PersonalSettings } from '../engine/people/personal-settings.ts';
import type { Schedules } from '../engine/triggers/schedules.ts';
import type { MayStillHear } from '../engine/triggers/channel-access.ts';
import type { TriggerStarts } from '../engine/triggers/start-by-trigger.ts';
import type { Rehearsals } from '../engine/rehearsals/rehearsals.ts';
import type { Tasks } from '../engine/tasks.ts';
import type { Teams } from '../engine/people/teams.ts';
import type { TriggerSource, Triggers } from '../engine/triggers/triggers.ts';
import type { Workflows } from '../engine/workflows/workflows.ts';
import type { Logger } from '../logger.ts';
import type { SlackConnection } from './connection.ts';
import type { SlackConnections } from './connections.ts';
import type { ForRequester } from './requester-services.ts';

/** What the Bolt app works with: not of one org yet. */
export type BotDeps = Omit<SlackDeps, 'connection'>;

/** What a listener works with, for one org: see `depsFor`. */
export interface SlackDeps {
  /** For handlers these three are what the person may use: see `depsFor`. */
  engine: Engine;
  workflows: Workflows;
  tasks: Tasks;
  /**
   * The engine for clicks on an ask, where nothing is hidden: they have the ask before them, and the engine
   * says who may decide.
   */
  asks: Engine;
  forRequester: ForRequester;
  apiKeys: Pick<ApiKeys, 'create' | 'list' | 'revoke'>;
  teams: Pick<Teams, 'list' | 'get' | 'nameOf'>;
  agents: Agents;
  /** What steps that models and tools do can be made of. */
  resources: StepResourceSource;
  checker: Checker;
  drafts: Drafts;
  why: WhySource;
  plainWords: PlainWords;
  triggers: Triggers;
  intakes: Intakes;
  schedules: Schedules;
  /** How the outside reaches Baton, without a trailing slash. */
  publicUrl: string;
  triggerSource: TriggerSource;
  triggerStarts: TriggerStarts;
  mayStillHear: MayStillHear;
  agentListeners: AgentListeners;
  batches: Batches;
  postedCards: PostedCards;
  /** An address that signs this person in to the board once, and leads to a page of it. */
  boardLinkFor: (orgId: string, userId: string, path: string) => Promise<string>;
  settings: PersonalSettings;
  rehearsals: Rehearsals;
  rehearsalStore: RehearsalStore;
  /** False where Slack's menus of people cannot be used, so that people are typed. Default: see `hasPickers`. */
  hasPickers?: boolean;
  /** The org of a workspace; made when it is new. Asked at every request, so it is to be quick. */
  orgIdFor: (slackTeamId: string) => Promise<string>;
  /** How Slack's requests come in. */
  config: SlackInbound;
  /** Ends with a slash. Default: Slack's own. */
  slackApiUrl?: string;
  /** Of the org that the request is about. */
  connection: SlackConnection;
  /** Of all orgs. */
  connections: SlackConnections;
  deliveries: SlackDeliveries;
  inbox: SlackInbox;
  homeViewers: HomeViewers;
  clock: Clock;
  logger: Logger;
}
