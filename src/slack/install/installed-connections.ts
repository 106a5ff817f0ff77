import type { Clock } from '../../clock.ts';
import type { Installation } from '../../domain/installation.ts';
import { errorMessage } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { type ConnectionOptions, type SlackConnection, createSlackConnection } from '../connection.ts';
import type { BotAuthorization, SlackConnections } from '../connections.ts';
import { NotInstalledError } from '../not-installed-error.ts';
import type { SlackMeter } from '../slack-meter.ts';
import { createTaskChanges } from '../task-changes.ts';
import { createWorkflowChanges } from '../workflow-changes.ts';
import type { Installations } from './installations.ts';

/** The connections of a bot that is installed in many workspaces. */
export interface InstalledConnections extends SlackConnections {
  /** @throws NotInstalledError */
  orgIdFor(slackTeamId: string): Promise<string>;
  /** Why the org's work is parked at this moment, in a sentence; null when it is not: its workspace has Baton. */
  whyParked(orgId: string): Promise<string | null>;
  /** Whether it is, as this process knew it a second ago at the earliest. */
  isParked(orgId: string): Promise<boolean>;
}

export interface InstalledConnectionsDeps {
  installations: Pick<Installations, 'find' | 'findByTeam' | 'tokenOf' | 'end'>;
  /** For each connection, besides its token. */
  connection: Pick<ConnectionOptions, 'slackApiUrl' | 'counters'>;
  meter?: SlackMeter;
  clock: Clock;
  logger: Logger;
}

interface Entry {
  generation: number;
  botToken: string;
  connection: SlackConnection;
  checkedAtMs: number;
}

/** How long another process may not know that a workspace was installed anew, or that Baton was taken out. */
const recheckMs = 1_000;
/** Beyond this, the one that was used longest ago is made anew when it is needed. */
const maxConnections = 2_000;
/** What Slack says of a token that will never be good again. */
const goneForGood = new Set(['token_revoked', 'account_inactive', 'invalid_auth', 'token_expired']);

export function createInstalledConnections(deps: InstalledConnectionsDeps): InstalledConnections {
  return new CachedConnections(deps);
}

class CachedConnections implements InstalledConnections {
  readonly changes = createTaskChanges();
  readonly workflowChanges = createWorkflowChanges();
  readonly #deps: InstalledConnectionsDeps;
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Promise<Entry>>();
  /** A workspace never changes its org. */
  readonly #orgIds = new Map<string, string>();

  constructor(deps: InstalledConnectionsDeps) {
    this.#deps = deps;
  }

  async of(orgId: string): Promise<SlackConnection> {
    return (await this.#entryOf(orgId)).connection;
  }

  async whyParked(orgId: string): Promise<string | null> {
    const installation = await this.#deps.installations.find(orgId);
    return installation?.status === 'INSTALLED' ? null : notInstalled(installation).message;
  }

  async isParked(orgId: string): Promise<boolean> {
    try {
      await this.#entryOf(orgId);
      return false;
    } catch (error) {
      if (error instanceof NotInstalledError) return true;
      throw error;
    }
  }

  async orgIdFor(slackTeamId: string): Promise<string> {
    const known = this.#orgIds.get(slackTeamId);
    if (known !== undefined) return known;
    const installation = await this.#deps.installations.findByTeam(slackTeamId);
    if (installation === null) throw notInstalled(null);
    this.#orgIds.set(slackTeamId, installation.orgId);
    return installation.orgId;
  }

  async authorize(slackTeamId: string | undefined): Promise<BotAuthorization> {
    try {
      const { botToken, connection } = await this.#entryOf(await this.orgIdFor(slackTeamId ?? ''));
      const { botUserId, botId } = connection.identity.known() ?? {};
      return {
        botToken,
        ...(botUserId === undefined ? {} : { botUserId }),
        ...(botId ? { botId } : {}),
      };
    } catch (error) {
      this.#deps.logger.debug(
        { slackTeamId, detail: errorMessage(error) },
        'a request without an installation',
      );
      return {};
    }
  }

  connect(): Promise<object> {
    return Promise.resolve({ workspaces: 'those that install it' });
  }

  ready(): boolean {
    return true;
  }

  async #entryOf(orgId: string): Promise<Entry> {
    const entry = this.#entries.get(orgId);
    const nowMs = this.#deps.clock.now().getTime();
    if (entry !== undefined && nowMs - entry.checkedAtMs < recheckMs) return entry;
    const loading = this.#loading.get(orgId) ?? this.#load(orgId).finally(() => this.#loading.delete(orgId));
    this.#loading.set(orgId, loading);
    return loading;
  }

  async #load(orgId: string): Promise<Entry> {
    const installation = await this.#deps.installations.find(orgId);
    const known = this.#entries.get(orgId);
    this.#entries.delete(orgId);
    if (installation?.status !== 'INSTALLED') throw notInstalled(installation);
    const checkedAtMs = this.#deps.clock.now().getTime();
    const isSame = known?.generation === installation.generation;
    const entry = isSame ? { ...known, checkedAtMs } : { ...this.#connect(installation), checkedAtMs };
    this.#keep(orgId, entry);
    return entry;
  }

  #connect(installation: Installation): Omit<Entry, 'checkedAtMs'> {
    const { clock, logger, connection: options, installations } = this.#deps;
    const { generation, bot } = installation;
    const botToken = installations.tokenOf(installation);
    const meter: SlackMeter = (method, failure) => {
      this.#deps.meter?.(method, failure);
      if (failure?.kind === 'unauthorized') this.#lockedOut(installation, failure.code);
    };
    const connection = createSlackConnection({ ...options, botToken, known: bot, clock, logger, meter });
    return { generation, botToken, connection };
  }

  #lockedOut({ orgId, generation }: Installation, code: string): void {
    if (!goneForGood.has(code)) return;
    const { installations, logger } = this.#deps;
    const end = { status: 'REVOKED', generation, detail: code } as const;
    installations
      .end(orgId, end)
      .then(() => this.#entries.delete(orgId))
      .catch((error: unknown) =>
        logger.warn({ orgId, err: error }, 'a revoked token could not be noted yet'),
      );
  }

  #keep(orgId: string, entry: Entry): void {
    this.#entries.set(orgId, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxConnections) return;
      this.#entries.delete(oldest);
    }
  }
}

function notInstalled(installation: Installation | null): NotInstalledError {
  const since = installation?.statusAt.toISOString().slice(0, 16).replace('T', ' ');
  switch (installation?.status) {
    case 'UNINSTALLED':
      return new NotInstalledError(
        `Baton was taken out of the Slack workspace on ${since} UTC. The work is parked and goes on once somebody installs it again.`,
      );
    case 'REVOKED':
      return new NotInstalledError(
        `Slack has not accepted Baton's token for this workspace since ${since} UTC. The work is parked and goes on once somebody installs it again.`,
      );
    default:
      return new NotInstalledError('Baton is not installed in this Slack workspace.');
  }
}
