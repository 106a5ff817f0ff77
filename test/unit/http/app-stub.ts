import { type RequestHandler, Router } from 'express';
import { boardForms } from '../../../src/composition/board-forms.ts';
import { boardAuthoring } from '../../../src/composition/board-authoring.ts';
import { createBoardTriggers } from '../../../src/composition/board-triggers.ts';
import { boardWords } from '../../../src/composition/board-words.ts';
import type { HttpDeps } from '../../../src/http/http-deps.ts';
import { createHttpApp, listen } from '../../../src/http/server.ts';
import { createLogger } from '../../../src/logger.ts';
import { type Answer, request } from '../../support/http-fixture.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** Whatever is asked of it fails. */
export const notUsed = new Proxy(
  {},
  {
    get: (_target, name) => () => {
      throw new Error(`${String(name)} is not expected to be used`);
    },
  },
);

export interface StubResult {
  answer: Answer;
  errorLog: string[];
  /** What the client saw when no whole answer came. */
  failure: unknown;
}

/** The dependencies of an app whose engine and database are never asked. */
export function stubDeps(changes: Partial<HttpDeps> = {}): { deps: HttpDeps; errorLog: string[] } {
  const errorLog: string[] = [];
  const part = { ready: true, detail: null };
  const deps: HttpDeps = {
    engine: notUsed as HttpDeps['engine'],
    workflows: notUsed as HttpDeps['workflows'],
    tasks: notUsed as HttpDeps['tasks'],
    webhooks: notUsed as HttpDeps['webhooks'],
    orgs: notUsed as HttpDeps['orgs'],
    authenticate: async () => null,
    restrict: notUsed as HttpDeps['restrict'],
    members: notUsed as HttpDeps['members'],
    settings: notUsed as HttpDeps['settings'],
    teams: notUsed as HttpDeps['teams'],
    apiKeys: notUsed as HttpDeps['apiKeys'],
    agents: notUsed as HttpDeps['agents'],
    batches: notUsed as HttpDeps['batches'],
    agentListeners: notUsed as HttpDeps['agentListeners'],
    checker: notUsed as HttpDeps['checker'],
    why: notUsed as HttpDeps['why'],
    toolServers: notUsed as HttpDeps['toolServers'],
    audit: notUsed as HttpDeps['audit'],
    rehearsals: notUsed as HttpDeps['rehearsals'],
    triggers: notUsed as HttpDeps['triggers'],
    intakes: notUsed as HttpDeps['intakes'],
    schedules: notUsed as HttpDeps['schedules'],
    identifyPerson: notUsed as HttpDeps['identifyPerson'],
    readiness: async () => ({ database: part, slack: part, jobs: part }),
    idempotency: notUsed as HttpDeps['idempotency'],
    rateLimitPerMinute: 0,
    boards: notUsed as HttpDeps['boards'],
    people: notUsed as HttpDeps['people'],
    words: boardWords,
    loadDefinition: notUsed as HttpDeps['loadDefinition'],
    forms: boardForms,
    authoring: boardAuthoring,
    triggerForms: createBoardTriggers(null, 'https://baton.example.com'),
    resources: notUsed as HttpDeps['resources'],
    taskFeed: notUsed as HttpDeps['taskFeed'],
    sessions: notUsed as HttpDeps['sessions'],
    signIn: { slack: null, local: null },
    publicUrl: 'https://baton.example.com',
    newId: () => 'a'.repeat(24),
    clock: new ManualClock(),
    logger: createLogger('error', { write: (line: string) => void errorLog.push(line) }),
    ...changes,
  };
  return { deps, errorLog };
}

/** Asks the whole app once, with `handler` in the place of Slack's receiver. */
export async function createAppStub(handler: RequestHandler): Promise<StubResult> {
  const { deps, errorLog } = stubDeps({ slackRouter: slackRouter(handler) });
  const server = await listen(createHttpApp(deps), { host: '127.0.0.1', port: 0 });
  try {
    const answer = await request(`http://127.0.0.1:${server.port}/slack/events`, 'POST', { body: {} });
    return { answer, errorLog, failure: null };
  } catch (failure) {
    return { answer: {} as Answer, errorLog, failure };
  } finally {
    await server.close(1_000);
  }
}

/** A router in the form of a receiver's. */
export function slackRouter(handler: RequestHandler): Router {
  return Router().all('/slack/events', handler);
}
