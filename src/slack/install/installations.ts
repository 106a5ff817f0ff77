import type { ExecutionParking } from '../../../models/execution-parking.ts';
import type { InstallationStore } from '../../../models/installation.ts';
import type { OrgStore } from '../../../models/org.ts';
import type { SessionStore } from '../../../models/session-store.ts';
import type { Clock } from '../../clock.ts';
import { systemActor } from '../../domain/actor.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { BotIdentity, Installation, InstallationStatus } from '../../domain/installation.ts';
import type { OrgEventType } from '../../domain/org-event.ts';
import type { Members } from '../../engine/people/members.ts';
import type { NoteOrgEvent } from '../../engine/audit/note-org-event.ts';
import type { Logger } from '../../logger.ts';
import type { SecretBox } from '../../secret-box.ts';

/** What Slack has granted. */
export interface Grant {
  botToken: string;
  bot: BotIdentity;
  scopes: string[];
  /** Slack user id of whoever installed the app. */
  installedBy: string;
}

/** In which workspaces Baton is installed. One org for each; what happens to it is in the org's log. */
export interface Installations {
  /** Also again: the org's parked work then goes on. */
  install(grant: Grant): Promise<Installation>;
  find(orgId: string): Promise<Installation | null>;
  findByTeam(slackTeamId: string): Promise<Installation | null>;
  /** @throws AppError when the key that it was sealed with is gone */
  tokenOf(installation: Installation): string;
  /**
   * Baton was taken out, or its token does not work any more: the org's work is parked, and nobody stays signed in to
   * the board, as Slack can no longer be asked who is still there. Does nothing when it was
   * installed anew since `generation`.
   */
  end(orgId: string, end: { status: Gone; generation: number; detail: string }): Promise<void>;
  /** Does what `end` does for orgs that have no installation, and takes up the work of those that have one. */
  reconcile(): Promise<void>;
  /**
   * Takes up parked work of orgs that have an installation: what was parked while somebody was just installing, or
   * what an installation that died had not taken up. For every minute: one lookup for each org.
   */
  takeUpParked(): Promise<void>;
}

export type Gone = Exclude<InstallationStatus, 'INSTALLED'>;

export interface InstallationsDeps {
  store: InstallationStore;
  orgs: Pick<OrgStore, 'ensure' | 'list'>;
  parking: ExecutionParking;
  sessions: Pick<SessionStore, 'removeAllOfOrg'>;
  members: Pick<Members, 'ensureOwner'>;
  note: NoteOrgEvent;
  box: SecretBox;
  clock: Clock;
  newId: IdSource;
  logger: Logger;
}

/** What a token was sealed for. */
export function tokenContext(orgId: string): string {
  return `installation:${orgId}:bot-token`;
}

const eventTypes: Readonly<Record<InstallationStatus, OrgEventType>> = {
  INSTALLED: 'WORKSPACE_INSTALLED',
  UNINSTALLED: 'WORKSPACE_UNINSTALLED',
  REVOKED: 'WORKSPACE_TOKEN_REVOKED',
};

export function createInstallations(deps: InstallationsDeps): Installations {
  const { store, orgs, parking, sessions, members, box, clock, logger } = deps;

  function note(installation: Installation, data: { detail: string } | { scopes: string[] }): Promise<void> {
    const { orgId, bot, status, installedBy } = installation;
    const byPerson = status === 'INSTALLED' && installedBy !== null;
    return deps.note({
      orgId,
      type: eventTypes[status],
      workflowId: null,
      actor: byPerson ? { kind: 'person', userId: installedBy, name: null } : systemActor,
      subject: { kind: 'workspace', id: bot.teamId, name: bot.teamName },
      data,
    });
  }

  async function takeUpParked(): Promise<void> {
    for (const orgId of await store.listInstalled()) {
      if (!(await parking.hasParked(orgId))) continue;
      const resumed = await parking.unpark(orgId, clock.now());
      logger.info({ orgId, resumed }, 'parked work of a workspace that has Baton was taken up');
    }
  }

  return {
    find: (orgId) => store.find(orgId),
    findByTeam: (slackTeamId) => store.findByTeam(slackTeamId),
    async install({ botToken, bot, scopes, installedBy }) {
      const now = clock.now();
      const { teamId: slackTeamId, teamName: name } = bot;
      const org = await orgs.ensure({ id: deps.newId(), name, slackTeamId, createdAt: now });
      const sealedToken = box.seal(botToken, tokenContext(org.id));
      const parts = { bot, scopes, sealedToken, installedBy, statusAt: now };
      const installation = await store.save({ orgId: org.id, ...parts });
      await members.ensureOwner(org.id, { userId: installedBy, name: null, email: null });
      await note(installation, { scopes });
      const resumed = await parking.unpark(org.id, now);
      logger.info({ orgId: org.id, slackTeamId, resumed }, 'Baton was installed in a workspace');
      return installation;
    },
    tokenOf: ({ orgId, sealedToken }) => box.open(sealedToken ?? '', tokenContext(orgId)),
    async end(orgId, { status, generation, detail }) {
      const ended = await store.end(orgId, { status, generation, at: clock.now() });
      if (ended === null) return;
      await sessions.removeAllOfOrg(orgId);
      const parked = await parking.park(orgId);
      logger.warn({ orgId, status, detail, parked }, 'Baton is no longer in a workspace; its work is parked');
      await note(ended, { detail });
    },
    async reconcile() {
      const installed = new Set(await store.listInstalled());
      for (const { id } of await orgs.list()) {
        if (installed.has(id)) continue;
        await sessions.removeAllOfOrg(id);
        await parking.park(id);
      }
      await takeUpParked();
    },
    takeUpParked,
  };
}
