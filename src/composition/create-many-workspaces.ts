import type { RequestHandler } from 'express';
import { createExecutionParking } from '../../models/execution-parking.ts';
import { createInstallationStore } from '../../models/installation.ts';
import { createSessionStore } from '../../models/session-store.ts';
import type { AppBase } from './app-base.ts';
import { createOrgServices } from './create-org-services.ts';
import { newId, newSecret } from './new-id.ts';
import type { SlackInstallation } from '../slack-config.ts';
import { createInstallRouter } from '../slack/install/install-router.ts';
import { type Installations, createInstallations } from '../slack/install/installations.ts';
import {
  type InstalledConnections,
  createInstalledConnections,
} from '../slack/install/installed-connections.ts';

/** What a bot needs that is installed in many workspaces. */
export interface ManyWorkspaces {
  installations: Installations;
  connections: InstalledConnections;
  /** `/slack/install` and where Slack leads back to. */
  router: RequestHandler;
}

/** Nothing is sent yet. */
export function createManyWorkspaces(
  { database, orgs, box, clock, logger, meters, publicUrl }: AppBase,
  app: SlackInstallation,
  apiUrl: { slackApiUrl?: string },
): ManyWorkspaces {
  const { members, noteOrgEvent: note } = createOrgServices({
    database,
    accounts: null,
    clock,
    newId,
    newSecret,
    logger,
  });
  const store = createInstallationStore(database);
  const parking = createExecutionParking(database);
  const installations = createInstallations({
    store,
    orgs,
    parking,
    sessions: createSessionStore(database),
    members,
    note,
    box,
    clock,
    newId,
    logger,
  });
  const connections = createInstalledConnections({
    installations,
    connection: { ...apiUrl, counters: meters.counters.slack },
    meter: meters.slack,
    clock,
    logger,
  });
  return {
    installations,
    connections,
    router: createInstallRouter({ app, installations, ...apiUrl, publicUrl, logger }),
  };
}
