import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../../src/clock.ts';
import { answerWithFaults, sendReply } from './answer-with-faults.ts';
import { type ApiCall, type ApiReply, parseApiCall, parseJson, readBody } from './api-call.ts';
import { chatMethods } from './fake-chat-methods.ts';
import type { Delivery, FakeContext, ResponseTarget } from './fake-context.ts';
import { directoryMethods } from './fake-directory-methods.ts';
import { FakeFiles } from './fake-files.ts';
import { createMessageDriver, type FakeMessageDriver } from './fake-message-driver.ts';
import type { FakeMethods } from './fake-methods.ts';
import { createViewDriver, type FakeViewDriver } from './fake-view-driver.ts';
import { FakeViews } from './fake-views.ts';
import {
  DEFAULT_SEED,
  type FakeMessage,
  type FakeView,
  FakeWorkspace,
  type FakeWorkspaceSeed,
  SlackApiError,
} from './fake-workspace.ts';
import type { Fault } from './fault-queue.ts';
import { type JsonObject, toObject } from './json.ts';
import { answerResponseUrl } from './response-message.ts';
import { ResponseUrls } from './response-urls.ts';
import { SlackRules, type SlackRulesOptions, type Violation } from './slack-rules.ts';

export interface SlackFakeOptions extends Partial<SlackRulesOptions> {
  /** Default: `local-secret`. */
  signingSecret?: string;
  /** Where the app takes deliveries; can be set later with `setEventsUrl`. */
  eventsUrl?: string;
  /** People, channels and user groups. Default: `DEFAULT_SEED`. */
  seed?: Partial<FakeWorkspaceSeed>;
}

/** One Web API call that the app made, with what it was answered. */
export interface RecordedCall {
  method: string;
  args: JsonObject;
  reply: JsonObject;
}

/** A small Slack in memory: a Web API for the app, and people who use the app. */
export interface SlackFake extends FakeMessageDriver, FakeViewDriver {
  /** For `SLACK_API_URL`. */
  apiUrl: string;
  botToken: string;
  signingSecret: string;
  setEventsUrl(eventsUrl: string): void;
  /** Files that the app has uploaded, and that people give it. */
  files: Pick<FakeFiles, 'share' | 'textOf'>;
  /** The app's calls so far, oldest first. */
  calls(method?: string): RecordedCall[];
  /** A conversation's messages, replies included, oldest first. Takes an id, `#name` or a user's id (direct message). */
  messages(channel: string): FakeMessage[];
  /** What only this person saw. */
  ephemerals(user: string, channel?: string): FakeMessage[];
  /** The id of the direct message between the bot and a person. */
  directMessageId(user: string): string;
  /** A person's modals, the one on top last. */
  modals(user: string): FakeView[];
  homeView(user: string): FakeView | undefined;
  /** Opens the Home tab: delivers `app_home_opened` and gives what is published afterwards. */
  openHome(user: string): Promise<Delivery & { view: FakeView | undefined }>;
  violations(): Violation[];
  clearViolations(): void;
  failNext(fault: Fault): void;
  /** Forgets the faults that have not hit anything yet. */
  endFaults(): void;
  close(): Promise<void>;
}

/** Starts the fake on a free port of the loopback interface. */
export async function startSlackFake(options: SlackFakeOptions = {}): Promise<SlackFake> {
  const botToken = options.botToken ?? 'xoxb-local';
  const clock = options.clock ?? systemClock;
  const rules = new SlackRules({ ...options, botToken, clock });
  const workspace = new FakeWorkspace(clock, { ...DEFAULT_SEED, ...options.seed });
  const views = new FakeViews(workspace, rules.triggers);
  const calls: RecordedCall[] = [];
  let eventsUrl = options.eventsUrl;
  let baseUrl = '';
  const context: FakeContext = {
    workspace,
    views,
    rules,
    responseUrls: new ResponseUrls<ResponseTarget>(clock),
    signingSecret: options.signingSecret ?? 'local-secret',
    baseUrl: () => baseUrl,
    eventsUrl: () => eventsUrl ?? failWithoutEventsUrl(),
  };
  const files = new FakeFiles(workspace, () => baseUrl);
  const methods = {
    ...directoryMethods(workspace),
    ...chatMethods(workspace),
    ...views.methods(),
    ...files.methods(),
  };
  const server = createServer((request, response) => {
    handleRequest(context, { methods, files, calls }, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const messageDriver = createMessageDriver(context);
  return {
    ...messageDriver,
    ...createViewDriver(context),
    ...createInspection(context, calls),
    apiUrl: `${baseUrl}/api/`,
    botToken,
    signingSecret: context.signingSecret,
    files,
    setEventsUrl: (url) => {
      eventsUrl = url;
    },
    openHome: async (user) => {
      const channel = workspace.openDirectMessage([user]).id;
      const view = views.home(user);
      const shown = view === undefined ? {} : { view: structuredClone(view) };
      const event = { type: 'app_home_opened', user, channel, tab: 'home', ...shown };
      const delivery = await messageDriver.sendEvent({ event });
      return { ...delivery, view: views.home(user) };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Inspection = Pick<
  SlackFake,
  | 'calls'
  | 'messages'
  | 'ephemerals'
  | 'directMessageId'
  | 'modals'
  | 'homeView'
  | 'violations'
  | 'clearViolations'
  | 'failNext'
  | 'endFaults'
>;

function createInspection({ workspace, views, rules }: FakeContext, calls: RecordedCall[]): Inspection {
  return {
    calls: (method) => calls.filter((call) => method === undefined || call.method === method),
    messages: (channel) => structuredClone(workspace.messages(workspace.requireChannel(channel).id)),
    ephemerals: (user, channel) =>
      structuredClone(
        workspace.ephemerals(user, channel === undefined ? undefined : workspace.requireChannel(channel).id),
      ),
    directMessageId: (user) => workspace.openDirectMessage([user]).id,
    modals: (user) => structuredClone(views.stack(user)),
    homeView: (user) => structuredClone(views.home(user)),
    violations: () => rules.violations(),
    clearViolations: () => rules.clearViolations(),
    failNext: (fault) => rules.faults.failNext(fault),
    endFaults: () => rules.faults.clear(),
  };
}

function failWithoutEventsUrl(): never {
  throw new Error('the fake does not know the app: call setEventsUrl first');
}

async function handleRequest(
  context: FakeContext,
  { methods, files, calls }: { methods: FakeMethods; files: FakeFiles; calls: RecordedCall[] },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const rawBody = (await readBody(request)).toString();
  const path = request.url ?? '/';
  const fileAnswer = await files.answer(path, request.headers['content-type'] ?? '', rawBody);
  if (fileAnswer !== undefined) {
    response.end(fileAnswer);
    return;
  }
  const responseKey = /^\/response\/([\w-]+)$/.exec(path)?.[1];
  if (responseKey !== undefined) {
    const reply = await answerResponseUrl(context, responseKey, toObject(parseJson(rawBody)));
    return sendReply(response, reply);
  }
  const call = parseApiCall(request, rawBody);
  await answerWithFaults(context.rules, call, response, async () => {
    const reply = await answerCall(context, methods, call);
    calls.push({ method: call.method, args: call.args, reply: reply.body });
    return reply;
  });
}

async function answerCall(context: FakeContext, methods: FakeMethods, call: ApiCall): Promise<ApiReply> {
  const refused = await context.rules.check(call);
  if (refused !== undefined) return refused;
  const method = methods[call.method];
  if (method === undefined) {
    context.rules.record(call.method, call.args, { error: 'unknown_method', messages: [] });
    return { status: 200, body: { ok: false, error: 'unknown_method', req_method: call.method } };
  }
  try {
    return { status: 200, body: { ok: true, ...method(call.args) } };
  } catch (error) {
    if (!(error instanceof SlackApiError)) throw error;
    return { status: 200, body: { ok: false, error: error.slackError } };
  }
}
