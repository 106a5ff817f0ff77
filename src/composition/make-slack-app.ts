import { createHomeViewers } from '../../models/home-viewer.ts';
import { createPostedCards } from '../../models/posted-card.ts';
import { createRehearsalStore } from '../../models/rehearsal-store.ts';
import { createSlackDeliveries } from '../../models/slack-delivery.ts';
import { createSlackInbox } from '../../models/slack-inbox.ts';
import type { AppBase } from './app-base.ts';
import { createBoardLinkFor } from './board-link.ts';
import { rememberOrgs } from './find-org.ts';
import { newId } from './new-id.ts';
import { createSlackApp, type SlackApp } from '../slack/bolt.ts';
import { registerUninstalls } from '../slack/install/uninstall-listeners.ts';
import { createForRequester } from '../slack/requester-services.ts';
import type { SlackSide } from './slack-side.ts';
import type { Core } from './start-core.ts';

/** The Bolt app with its listeners; it does not listen yet. */
export function makeSlackApp(
  { orgs, clock, logger, database, publicUrl }: AppBase,
  core: Core,
  { inbound, apiUrl, connections, single, many }: SlackSide,
): SlackApp {
  const deliveries = createSlackDeliveries(database);
  const rememberOrg = rememberOrgs({ orgs, clock, newId });
  // With one token everything is for its workspace, also what somebody of another one does in a shared channel.
  const orgIdFor = (slackTeamId: string): Promise<string> =>
    many === null
      ? rememberOrg(single?.identity.known()?.teamId ?? slackTeamId)
      : many.connections.orgIdFor(slackTeamId);
  const forRequester = createForRequester({
    ...core,
    directoryOf: async (orgId) => (await connections.of(orgId)).directory,
  });
  const slackApp = createSlackApp({
    ...core,
    asks: core.engine,
    forRequester,
    orgIdFor,
    config: inbound,
    ...apiUrl,
    connections,
    deliveries,
    inbox: createSlackInbox(database),
    homeViewers: createHomeViewers(database),
    postedCards: createPostedCards(database),
    rehearsalStore: createRehearsalStore(database),
    publicUrl,
    boardLinkFor: createBoardLinkFor(core.sessions, publicUrl),
    clock,
    logger,
  });
  if (many !== null) registerUninstalls(slackApp.app, many.installations);
  return slackApp;
}
