import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseApiCall, readBody } from './api-call.ts';
import { TEAM } from './fake-workspace.ts';
import { signSlackRequest } from './sign-slack-request.ts';
import { type SlackFake, startSlackFake } from './slack-fake.ts';

/** One of the workspaces. People act in its fake. */
export interface FakeTeam {
  id: string;
  name: string;
  slack: SlackFake;
}

/** A Slack with several workspaces at one address, and an app that they may install (OAuth v2). */
export interface SlackOfMany {
  apiUrl: string;
  signingSecret: string;
  teams: Record<'acme' | 'beta', FakeTeam>;
  /** Where the app takes requests; with several, they take turns, as behind a load balancer. */
  setApps(urls: readonly string[]): void;
  /** The code with which Slack leads back after somebody has installed the app. */
  grant(team: 'acme' | 'beta'): string;
  /** Every token that the workspace has given stops working, without a word. */
  revoke(team: 'acme' | 'beta'): void;
  /** What Slack says of the app itself. @returns the status of the app's answer */
  tell(team: 'acme' | 'beta', event: object): Promise<number>;
  /** What people of a workspace have sent to the app so far. */
  inboundOf(team: 'acme' | 'beta'): InboundRequest[];
  /** Sends the same once more, as if people of this workspace had sent it. @returns the status of the app's answer */
  replayAs(team: 'acme' | 'beta', inbound: InboundRequest): Promise<number>;
  close(): Promise<void>;
}

/** A request of Slack, as the fake of the workspace has sent it. */
export interface InboundRequest {
  contentType: string;
  body: string;
}

export const signingSecret = 'signed-by-slack';
/** Who installs the app. */
export const installer = 'U01ANA';

interface Grants {
  codes: Map<string, FakeTeam>;
  /** By token. */
  tokens: Map<string, FakeTeam>;
}

export async function startSlackOfMany(): Promise<SlackOfMany> {
  const grants: Grants = { codes: new Map(), tokens: new Map() };
  const teams = { acme: await startTeam('T01ACME', 'Acme'), beta: await startTeam('T02BETA', 'Beta') };
  let apps: readonly string[] = [];
  let turn = 0;
  const nextApp = (): string => apps[turn++ % apps.length] ?? '';
  const inbound = new Map<FakeTeam, InboundRequest[]>();
  const server = createServer((request, response) => {
    void handle({ teams: Object.values(teams), grants, inbound, nextApp }, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const { id, slack } of Object.values(teams)) slack.setEventsUrl(`${url}/inbound/${id}`);
  let codes = 0;
  return {
    apiUrl: `${url}/api/`,
    signingSecret,
    teams,
    setApps: (urls) => {
      apps = urls;
    },
    grant(name) {
      codes += 1;
      const code = `code-${teams[name].id}-${codes}`;
      grants.codes.set(code, teams[name]);
      return code;
    },
    revoke(name) {
      for (const [token, team] of grants.tokens) if (team === teams[name]) grants.tokens.delete(token);
    },
    async tell(name, event) {
      return (await teams[name].slack.sendEvent({ event: { ...event } })).status;
    },
    inboundOf: (name) => [...(inbound.get(teams[name]) ?? [])],
    async replayAs(name, { contentType, body }) {
      // A delivery of its own: another event, another trigger.
      const own = body.replace(/("event_id":"|"trigger_id":"|trigger_id=)/g, '$1again-');
      return (await sendToApp(nextApp(), teams[name], { contentType, body: own }, {})).status;
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.all(Object.values(teams).map(({ slack }) => slack.close()));
    },
  };
}

async function startTeam(id: string, name: string): Promise<FakeTeam> {
  return { id, name, slack: await startSlackFake({ signingSecret }) };
}

interface Parts {
  teams: readonly FakeTeam[];
  grants: Grants;
  inbound: Map<FakeTeam, InboundRequest[]>;
  nextApp: () => string;
}

async function handle(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const rawBody = (await readBody(request)).toString();
  const inboundTeam = /^\/inbound\/(\w+)$/.exec(request.url ?? '')?.[1];
  const team = parts.teams.find(({ id }) => id === inboundTeam);
  const answer =
    team === undefined ? await callApi(parts, request, rawBody) : await passOn(parts, team, request, rawBody);
  response.writeHead(answer.status, answer.headers).end(answer.text);
}

interface Passed {
  status: number;
  headers: Record<string, string>;
  text: string;
}

function json(body: object): Passed {
  return { status: 200, headers: { 'content-type': 'application/json' }, text: JSON.stringify(body) };
}

/** What the app asks goes to the workspace that has given the token. */
async function callApi({ grants }: Parts, request: IncomingMessage, rawBody: string): Promise<Passed> {
  const { method, token, args } = parseApiCall(request, rawBody);
  if (method === 'oauth.v2.access') return exchange(grants, String(args['code']));
  const team = grants.tokens.get(token ?? '');
  if (team === undefined) return json({ ok: false, error: 'token_revoked' });
  const { id, name, slack } = team;
  const url = new URL(method, slack.apiUrl);
  url.search = new URL(request.url ?? '/', 'http://localhost').search;
  const headers = {
    authorization: `Bearer ${slack.botToken}`,
    'content-type': request.headers['content-type'] ?? 'application/json',
  };
  const body = request.method === 'GET' ? null : rawBody.replaceAll(token ?? '', slack.botToken);
  const answer = await fetch(url, { method: request.method ?? 'POST', headers, body });
  const text = (await answer.text()).replaceAll(TEAM.id, id);
  const named = method === 'auth.test' ? text.replace(`"team":"${TEAM.name}"`, `"team":"${name}"`) : text;
  return { status: answer.status, headers: headersOf(answer), text: named };
}

function exchange({ codes, tokens }: Grants, code: string): Passed {
  const team = codes.get(code);
  codes.delete(code);
  if (team === undefined) return json({ ok: false, error: 'invalid_code' });
  const token = `xoxb-${team.id}-${code}`;
  tokens.set(token, team);
  return json({
    ok: true,
    access_token: token,
    token_type: 'bot',
    scope: 'commands,chat:write',
    bot_user_id: 'U0BOT',
    app_id: 'A01APP',
    team: { id: team.id, name: team.name },
    enterprise: null,
    is_enterprise_install: false,
    authed_user: { id: installer },
  });
}

/** What people do in the workspace goes to the app, signed as Slack signs it. */
async function passOn(
  { inbound, nextApp }: Parts,
  team: FakeTeam,
  request: IncomingMessage,
  rawBody: string,
): Promise<Passed> {
  const contentType = request.headers['content-type'] ?? 'application/json';
  const sent = { contentType, body: rawBody };
  inbound.set(team, [...(inbound.get(team) ?? []), sent]);
  const retries = ['x-slack-retry-num', 'x-slack-retry-reason'].flatMap((name) => {
    const value = request.headers[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  const answer = await sendToApp(nextApp(), team, sent, Object.fromEntries(retries));
  return { status: answer.status, headers: headersOf(answer), text: await answer.text() };
}

function sendToApp(
  appUrl: string,
  team: FakeTeam,
  { contentType, body: rawBody }: InboundRequest,
  headers: Record<string, string>,
): Promise<Response> {
  const body = rawBody.replaceAll(TEAM.id, team.id);
  const signed = signSlackRequest(signingSecret, body, Math.floor(Date.now() / 1_000));
  return fetch(`${appUrl}/slack/events`, {
    method: 'POST',
    headers: { 'content-type': contentType, ...signed, ...headers },
    body,
  });
}

function headersOf(answer: Response): Record<string, string> {
  return { 'content-type': answer.headers.get('content-type') ?? 'text/plain' };
}
