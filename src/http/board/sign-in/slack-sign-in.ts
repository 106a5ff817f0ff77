import { createHash, randomBytes } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../../clock.ts';
import { AppError, RetryableError } from '../../../errors.ts';

/** Whom Slack has named. */
export interface SlackIdentity {
  slackTeamId: string;
  userId: string;
  name: string | null;
}

/** *Sign in with Slack*: OpenID Connect 1.0 with the authorization code flow, state, nonce and PKCE (RFC 7636). */
export interface SlackSignIn {
  /** @returns where the browser goes, and what it has to remember until it comes back */
  begin(): { url: string; attempt: string };
  /** @throws AppError 403 for what Slack did not say; RetryableError when Slack cannot be asked */
  finish(attempt: string | null, query: { code: string; state: string }): Promise<SlackIdentity>;
}

export interface SlackSignInOptions {
  clientId: string;
  clientSecret: string;
  /** How the outside reaches Baton. Slack comes back to `/board/sign-in/slack/callback` below it. */
  publicUrl: string;
  /** Slack's own when it is left out: the root of another Slack's Web API. */
  slackApiUrl?: string;
  clock: Clock;
}

const slackIssuer = 'https://slack.com';
const timeoutMs = 10_000;
const clockToleranceSec = 60;
const userClaim = 'https://slack.com/user_id';
const teamClaim = 'https://slack.com/team_id';

const TokenAnswer = z.object({
  ok: z.boolean().optional(),
  id_token: z.string().optional(),
  error: z.string().optional(),
});
const Claims = z.object({
  nonce: z.string(),
  [userClaim]: z.string().min(1),
  [teamClaim]: z.string().min(1),
  name: z.string().optional(),
});

export const slackCallbackPath = '/board/sign-in/slack/callback';

export function createSlackSignIn(options: SlackSignInOptions): SlackSignIn {
  return new OpenIdSignIn(options);
}

class OpenIdSignIn implements SlackSignIn {
  readonly #options: SlackSignInOptions;
  readonly #issuer: string;
  readonly #keys: JWTVerifyGetKey;
  readonly #redirectUri: string;

  constructor(options: SlackSignInOptions) {
    const { slackApiUrl, publicUrl } = options;
    this.#options = options;
    this.#issuer = slackApiUrl === undefined ? slackIssuer : new URL(slackApiUrl).origin;
    this.#keys = createRemoteJWKSet(new URL('/openid/connect/keys', this.#issuer), {
      timeoutDuration: timeoutMs,
    });
    this.#redirectUri = `${publicUrl}${slackCallbackPath}`;
  }

  begin(): { url: string; attempt: string } {
    const [state, nonce, verifier] = [randomText(), randomText(), randomText()];
    const url = new URL('/openid/connect/authorize', this.#issuer);
    url.search = new URLSearchParams({
      response_type: 'code',
      scope: 'openid profile email',
      client_id: this.#options.clientId,
      redirect_uri: this.#redirectUri,
      state,
      nonce,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    }).toString();
    return { url: url.toString(), attempt: [state, nonce, verifier].join('.') };
  }

  async finish(
    attempt: string | null,
    { code, state }: { code: string; state: string },
  ): Promise<SlackIdentity> {
    const [knownState, nonce, verifier] = attempt?.split('.') ?? [];
    // The answer belongs to a sign-in that this very browser has begun.
    if (knownState === undefined || nonce === undefined || verifier === undefined || knownState !== state) {
      const text = 'This sign-in was not begun in this browser, or too long ago. Begin again.';
      throw new AppError('sign-in-not-begun', 403, text);
    }
    const claims = Claims.safeParse(await this.#verify(await this.#exchange(code, verifier)));
    if (!claims.success || claims.data.nonce !== nonce) throw notBySlack('the token is another one');
    const { [userClaim]: userId, [teamClaim]: slackTeamId, name } = claims.data;
    return { slackTeamId, userId, name: name ?? null };
  }

  /** @returns the identity token that Slack gives for the code */
  async #exchange(code: string, verifier: string): Promise<string> {
    const { clientId, clientSecret } = this.#options;
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      code,
      code_verifier: verifier,
      redirect_uri: this.#redirectUri,
    });
    const answer = TokenAnswer.safeParse(await this.#post('/api/openid.connect.token', body));
    if (answer.data?.id_token === undefined) throw notBySlack(answer.data?.error ?? 'it gave no token');
    return answer.data.id_token;
  }

  async #post(path: string, body: URLSearchParams): Promise<unknown> {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(new URL(path, this.#issuer), { method: 'POST', body, signal });
      if (response.status >= 500 || response.status === 429)
        throw new Error(`Slack answers ${response.status}`);
      return await response.json();
    } catch (error) {
      throw notNow(error);
    }
  }

  async #verify(idToken: string): Promise<JWTPayload> {
    const checks = {
      issuer: this.#issuer,
      audience: this.#options.clientId,
      algorithms: ['RS256'],
      requiredClaims: ['exp', 'nonce'],
      currentDate: this.#options.clock.now(),
      clockTolerance: clockToleranceSec,
    };
    try {
      return (await jwtVerify(idToken, this.#keys, checks)).payload;
    } catch (error) {
      const isAboutToken = error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout);
      throw isAboutToken ? notBySlack(error.message) : notNow(error);
    }
  }
}

function notNow(cause: unknown): RetryableError {
  return new RetryableError('Slack does not answer right now. Please try again in a moment.', { cause });
}

function notBySlack(why: string): AppError {
  return new AppError('not-by-slack', 403, `Slack did not confirm who you are (${why}). Please begin again.`);
}

function randomText(): string {
  return randomBytes(32).toString('base64url');
}
