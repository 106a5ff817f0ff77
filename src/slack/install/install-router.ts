import {
  type CodedError,
  ErrorCode,
  type Installation as OAuthInstallation,
  InstallProvider,
} from '@slack/oauth';
import { type Response, Router } from 'express';
import { AppError, ConflictError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { SlackInstallation } from '../../slack-config.ts';
import { createBoltLogger } from '../bolt-logger.ts';
import { askIdentity } from '../identity.ts';
import { createWebClient, webClientOptions } from '../web-client.ts';
import { installPagePolicy, installedPage, notInstalledPage } from './install-pages.ts';
import type { Grant, Installations } from './installations.ts';
import { botScopes } from './scopes.ts';

export interface InstallRouterDeps {
  app: SlackInstallation;
  installations: Pick<Installations, 'install'>;
  /** Ends with a slash. Default: Slack's own. */
  slackApiUrl?: string;
  /** How the outside reaches Baton, without a trailing slash. */
  publicUrl: string;
  logger: Logger;
}

export const installPath = '/slack/install';
export const redirectPath = '/slack/oauth_redirect';

/**
 * Installs the app in a workspace (OAuth 2.0 as Slack does it): `/slack/install` leads to Slack, which leads back to
 * `/slack/oauth_redirect`. The state is signed, lives for ten minutes and is bound to the browser by a cookie.
 */
export function createInstallRouter(deps: InstallRouterDeps): Router {
  const provider = createProvider(deps);
  const router = Router();
  router.get(installPath, async (req, res) => {
    await provider.handleInstallPath(req, res);
  });
  router.get(redirectPath, async (req, res) => {
    let grant: Grant | null = null;
    await provider.handleCallback(req, res, {
      // Before anything is stored: what throws here is told to whoever installs it.
      afterInstallation: async (installation) => {
        grant = await readGrant(deps, installation as OAuthInstallation);
        await deps.installations.install(grant);
        return true;
      },
      success: () => {
        if (grant !== null) send(res, 200, installedPage({ name: grant.bot.teamName, url: grant.bot.url }));
      },
      failure: (error) => {
        const { status, problem } = explain(error);
        deps.logger.warn({ code: error.code, err: error }, 'Baton was not installed');
        send(res, status, notInstalledPage(problem, installPath));
      },
    });
  });
  return router;
}

function createProvider({ app, slackApiUrl, publicUrl, logger }: InstallRouterDeps): InstallProvider {
  return new InstallProvider({
    ...app,
    installUrlOptions: { scopes: [...botScopes], redirectUri: `${publicUrl}${redirectPath}` },
    directInstall: true,
    // What is granted is stored by `Installations`, with the org that it is for.
    installationStore: {
      storeInstallation: () => Promise.resolve(),
      fetchInstallation: () => Promise.reject(new Error('installations are not read here')),
    },
    clientOptions: webClientOptions(slackApiUrl, logger),
    logger: createBoltLogger(logger),
    ...(slackApiUrl === undefined
      ? {}
      : { authorizationUrl: new URL('/oauth/v2/authorize', slackApiUrl).toString() }),
  });
}

/** @throws ConflictError for what Baton cannot work with, saying what to do */
async function readGrant(
  { slackApiUrl, logger }: InstallRouterDeps,
  { bot, user, isEnterpriseInstall }: OAuthInstallation,
): Promise<Grant> {
  if (isEnterpriseInstall === true) {
    throw new ConflictError(
      'Baton is installed in one workspace at a time. Choose a workspace instead of the whole organization.',
    );
  }
  if (bot === undefined)
    throw new ConflictError('Slack gave no token for the bot. Install all that is asked for.');
  if (bot.refreshToken !== undefined) {
    throw new ConflictError(
      'Token rotation is on in the settings of the Slack app. Baton needs it to be off.',
    );
  }
  const { token: botToken, scopes } = bot;
  const identity = await askIdentity(createWebClient(botToken, slackApiUrl, logger));
  return { botToken, bot: identity, scopes, installedBy: user.id };
}

function explain(error: CodedError): { status: number; problem: string } {
  if (error instanceof AppError) return { status: error.status, problem: error.message };
  switch (error.code) {
    case ErrorCode.MissingStateError:
    case ErrorCode.InvalidStateError:
      return { status: 400, problem: 'This was not begun in this browser, or too long ago.' };
    case ErrorCode.MissingCodeError:
      return { status: 400, problem: 'Slack did not say that it may be installed.' };
    case ErrorCode.AuthorizationError:
      return { status: 403, problem: 'It was declined in Slack.' };
    default:
      return { status: 502, problem: 'Slack did not complete it. Please try again in a moment.' };
  }
}

function send(res: Response, status: number, html: string): void {
  res.status(status).set('Content-Security-Policy', installPagePolicy).type('html').send(html);
}
