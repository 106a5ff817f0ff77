import type { Environment, PresentVariables } from './environment.ts';
import type { FieldError } from './errors.ts';

/** How Slack's requests come in. */
export type SlackInbound =
  | { readonly kind: 'http'; readonly signingSecret: string }
  | { readonly kind: 'socket'; readonly appToken: string };

/** The app as Slack knows it: what installs it in workspaces. */
export interface SlackInstallation {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Signs what a browser has to bring back from Slack. */
  readonly stateSecret: string;
}

/** One workspace, whose token is set. */
export type OneWorkspace = SlackInbound & { readonly botToken: string };

/**
 * How the bot reaches Slack: `http` and `socket` for one workspace; `many` for each that installs it through OAuth;
 * `local` for the workspace that the bot starts itself.
 */
export type SlackConfig =
  | OneWorkspace
  | { readonly kind: 'many'; readonly app: SlackInstallation; readonly inbound: SlackInbound }
  | { readonly kind: 'local' };

const oauthVariables = ['SLACK_CLIENT_ID', 'SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'] as const;

/** What is missing of what belongs together. A bot token makes it one workspace, whatever else is set. */
export function missingSlackVariables(present: PresentVariables): FieldError[] {
  const missing: FieldError[] = [];
  const oauthSet = oauthVariables.filter((name) => present[name] !== undefined);
  // Signing in to the board needs no state secret; installing through OAuth does.
  const isSignInOnly = present.SLACK_BOT_TOKEN !== undefined && present.SLACK_STATE_SECRET === undefined;
  const together = isSignInOnly ? oauthVariables.slice(0, 2) : oauthVariables;
  if (oauthSet.length > 0) {
    for (const path of together.filter((name) => present[name] === undefined)) {
      missing.push({
        path,
        message: `is missing; ${oauthSet.join(' and ')} need${oauthSet.length === 1 ? 's' : ''} it`,
      });
    }
  }
  const partner = present.SLACK_APP_TOKEN ?? present.SLACK_SIGNING_SECRET;
  if (present.SLACK_BOT_TOKEN !== undefined) {
    if (partner === undefined) missing.push(...missingPartners('is missing; SLACK_BOT_TOKEN needs'));
    return missing;
  }
  if (oauthSet.length === 0 && partner !== undefined) {
    const needs = present.SLACK_APP_TOKEN === undefined ? 'SLACK_SIGNING_SECRET' : 'SLACK_APP_TOKEN';
    missing.push({ path: 'SLACK_BOT_TOKEN', message: `is missing; ${needs} needs it` });
  } else if (oauthSet.length === 0 && present.NODE_ENV === 'production') {
    missing.push({
      path: 'SLACK_BOT_TOKEN',
      message:
        'is missing; in production there is no local Slack workspace. For many workspaces set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_STATE_SECRET instead',
    });
  }
  const nothingToTalkTo = present.NODE_ENV === 'production' || oauthSet.length > 0;
  if (partner === undefined && nothingToTalkTo) missing.push(...missingPartners('is missing; Slack needs'));
  return [...missing, ...missingForMany(present, oauthSet.length > 0)];
}

function missingForMany(present: PresentVariables, isMany: boolean): FieldError[] {
  if (!isMany || present.NODE_ENV !== 'production') return [];
  const why: Partial<Record<keyof PresentVariables, string>> = {
    ENCRYPTION_KEYS:
      'is missing; the tokens of workspaces are kept encrypted: make a key with: openssl rand -base64 32',
    PUBLIC_URL: 'is missing; Slack leads people back to it when they have installed the app',
  };
  const names = Object.keys(why) as (keyof PresentVariables)[];
  return names
    .filter((name) => present[name] === undefined)
    .map((path) => ({ path, message: why[path] ?? '' }));
}

function missingPartners(start: string): FieldError[] {
  return [
    {
      path: 'SLACK_SIGNING_SECRET or SLACK_APP_TOKEN',
      message: `${start} the first for HTTP mode, or the second for Socket Mode`,
    },
  ];
}

export function toSlackConfig(parsed: Environment): SlackConfig {
  const inbound = toInbound(parsed);
  if (inbound === null) return { kind: 'local' };
  const { SLACK_BOT_TOKEN: botToken, SLACK_STATE_SECRET: stateSecret } = parsed;
  if (botToken !== undefined) return { ...inbound, botToken };
  const signIn = toSlackSignIn(parsed);
  if (signIn === null || stateSecret === undefined) return { kind: 'local' };
  return { kind: 'many', app: { ...signIn, stateSecret }, inbound };
}

/** Socket Mode where both are set. */
function toInbound({ SLACK_APP_TOKEN, SLACK_SIGNING_SECRET }: Environment): SlackInbound | null {
  if (SLACK_APP_TOKEN !== undefined) return { kind: 'socket', appToken: SLACK_APP_TOKEN };
  if (SLACK_SIGNING_SECRET !== undefined) return { kind: 'http', signingSecret: SLACK_SIGNING_SECRET };
  return null;
}

/** For *Sign in with Slack*: the same app, for one workspace or many. */
export function toSlackSignIn({
  SLACK_CLIENT_ID: clientId,
  SLACK_CLIENT_SECRET: clientSecret,
}: Environment): { clientId: string; clientSecret: string } | null {
  return clientId === undefined || clientSecret === undefined ? null : { clientId, clientSecret };
}
