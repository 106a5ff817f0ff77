import { setTimeout as sleep } from 'node:timers/promises';
import { ExpressReceiver, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { AppError, errorMessage } from '../errors.ts';
import { createBoltLogger } from './bolt-logger.ts';
import { createDraftWorker } from './draft-worker.ts';
import { DurableApp } from './durable-app.ts';
import { type HomeUpdates, createHomeUpdates } from './home-updates.ts';
import { type CardUpdates, createCardUpdates } from './card-updates.ts';
import { redrawCard } from './listeners/authoring/redraw-card.ts';
import { registerListeners } from './listeners/register-listeners.ts';
import { publishHomeOf } from './listeners/shared/publish-home.ts';
import { SlackUnauthorized } from './slack-call.ts';
import { depsOfOrg } from './deps-for.ts';
import type { BotDeps } from './slack-deps.ts';
import { type SlackTriggers, createSlackTriggers } from './triggers/slack-triggers.ts';
import { type SocketConnection, keepSocketOpen } from './socket-connection.ts';
import { systemTimers } from '../timers.ts';
import { webClientOptions } from './web-client.ts';

/** The bot in Slack. */
export interface SlackApp {
  app: DurableApp;
  /**
   * HTTP mode: answers `POST /slack/events`. To be mounted at the root before any body parser, because
   * signatures are made over the raw body. Null in Socket Mode.
   */
  router: ExpressReceiver['router'] | null;
  /**
   * Connects. Where Slack cannot be reached it goes on trying in the background; see `ready`.
   * @throws SlackUnauthorized or FatalError when Slack refuses the tokens
   */
  start(): Promise<void>;
  /** Resolves when everything that messages started in this process is done. */
  idle(): Promise<void>;
  /** Takes nothing new and waits for what is being handled. */
  stop(timeoutMs: number): Promise<void>;
  /** True while Slack accepts the bot's token and, in Socket Mode, is connected. */
  ready(): boolean;
}

const maxConnectDelayMs = 30_000;

export const slackEventsPath = '/slack/events';

/** Wires Bolt to the engine. Makes no call to Slack before `start`. */
export function createSlackApp(deps: BotDeps): SlackApp {
  const { connections, deliveries, clock, logger } = deps;
  const boltLogger = createBoltLogger(logger);
  const receiver = createReceiver(deps);
  const triggers = createSlackTriggers(deps, systemTimers);
  const app = new DurableApp(
    {
      receiver,
      logger: boltLogger,
      clientOptions: webClientOptions(deps.slackApiUrl, logger),
      convoStore: false,
      authorize: ({ teamId }) => connections.authorize(teamId),
    },
    { deliveries, isWanted: triggers.wants.bind(triggers), clock, logger },
  );
  app.use(async ({ body, context, next }) => {
    const { type } = body as { type?: string };
    logger.debug(
      { type: type ?? 'command', teamId: context.teamId, retryNum: context.retryNum },
      'Slack request',
    );
    await next();
  });
  app.error(async (error) => {
    logger.error({ err: error }, 'Slack request failed');
    // The receiver then does not acknowledge, and Slack delivers an event again.
    throw error;
  });
  registerListeners(app, deps, triggers);
  return withLifecycle({ app, receiver, triggers }, deps);
}

function createReceiver({ config, slackApiUrl, logger }: BotDeps): ExpressReceiver | SocketModeReceiver {
  const boltLogger = createBoltLogger(logger);
  if (config.kind === 'http') {
    const { signingSecret } = config;
    return new ExpressReceiver({ signingSecret, logger: boltLogger, endpoints: slackEventsPath });
  }
  const { appToken } = config;
  const clientOptions = webClientOptions(slackApiUrl, logger);
  const installerOptions = { clientOptions };
  return new SocketModeReceiver({
    appToken,
    logger: boltLogger,
    autoReconnectEnabled: false,
    installerOptions,
  });
}

interface BotParts {
  app: DurableApp;
  receiver: Receiver;
  triggers: SlackTriggers;
}

function withLifecycle({ app, receiver, triggers }: BotParts, deps: BotDeps): SlackApp {
  const { connections, logger } = deps;
  const homes = keepHomesUpToDate(deps);
  const cards = keepCardsUpToDate(deps);
  const drafts = createDraftWorker(deps, systemTimers);
  const socket: SocketConnection | null =
    receiver instanceof SocketModeReceiver ? keepSocketOpen(receiver, logger) : null;
  const stopping = new AbortController();

  async function connect(): Promise<void> {
    const connected = await connections.connect();
    await socket?.start();
    logger.info({ ...connected, socketMode: socket !== null }, 'Slack is connected');
  }

  async function connectOrKeepTrying(): Promise<void> {
    try {
      await connect();
    } catch (error) {
      if (!isForNow(error)) throw error;
      logger.warn({ detail: errorMessage(error) }, 'Slack cannot be reached yet; trying again');
      void keepTrying();
    }
  }

  async function keepTrying(): Promise<void> {
    for (let delayMs = 1_000; !stopping.signal.aborted; delayMs = Math.min(maxConnectDelayMs, delayMs * 2)) {
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        return await connect();
      } catch (error) {
        const detail = errorMessage(error);
        if (isForNow(error)) logger.warn({ detail }, 'Slack cannot be reached yet; trying again');
        else logger.error({ detail }, 'Slack refuses the bot; correct its tokens');
      }
    }
  }

  return {
    app,
    router: receiver instanceof ExpressReceiver ? receiver.router : null,
    start: async () => {
      await connectOrKeepTrying();
      homes.start();
      drafts.start();
      triggers.start();
    },
    async stop(timeoutMs) {
      stopping.abort();
      await Promise.all([app.finishAndRefuse(timeoutMs), homes.stop(), cards.stop(), drafts.stop()]);
      await triggers.stop(timeoutMs);
      await socket?.stop();
    },
    idle: () => triggers.idle(),
    ready: () => !stopping.signal.aborted && connections.ready() && (socket?.isOpen() ?? true),
  };
}

function keepHomesUpToDate(deps: BotDeps): HomeUpdates {
  const { homeViewers, connections, clock, logger } = deps;
  const homes = createHomeUpdates({
    viewers: homeViewers,
    directoryOf: async (orgId) => (await connections.of(orgId)).directory,
    publish: (viewer) => publishHomeOf(deps, viewer),
    clock,
    timers: systemTimers,
    logger,
  });
  connections.changes.subscribe((execution) => homes.touch(execution));
  return homes;
}

function keepCardsUpToDate(deps: BotDeps): CardUpdates {
  const { postedCards, connections, logger } = deps;
  const cards = createCardUpdates({
    cards: postedCards,
    draw: async (card, attempts) => redrawCard(await depsOfOrg(deps, card.orgId), card, attempts),
    timers: systemTimers,
    logger,
  });
  connections.workflowChanges.subscribe((workflowId) => cards.touch(workflowId));
  return cards;
}

function isForNow(error: unknown): boolean {
  return error instanceof AppError && error.retryable && !(error instanceof SlackUnauthorized);
}
