import type { Jobs } from '../../jobs/start-jobs.ts';
import { createIdempotencyStore } from '../../models/idempotency.ts';
import type { AppBase } from './app-base.ts';
import { createBoardParts } from './board-parts.ts';
import type { FindConnection } from './board-triggers.ts';
import { createIdentifyPerson } from '../engine/people/identify-person.ts';
import { createAdminKeyAuthenticator } from '../http/authentication.ts';
import { createKeyAuthenticator, firstOf } from '../http/key-authentication.ts';
import type { HttpDeps } from '../http/http-deps.ts';
import { createHttpApp, listen } from '../http/server.ts';
import { newId } from './new-id.ts';
import { pingDatabase } from './ping-database.ts';
import type { SlackApp } from '../slack/bolt.ts';
import { type SlackSide, directoriesOf, whyParkedIn } from './slack-side.ts';
import type { Core } from './start-core.ts';
import { metricsForHttp } from './start-metrics.ts';
import { waysToSignIn } from './ways-to-sign-in.ts';

/** Part of the ten seconds that a stop may take. */
const stopReceivingMs = 3_000;

/** Listens; what must be stopped is given to `stoppers`. */
export async function startHttp(
  base: AppBase,
  { slack, ...core }: Core & { slack: SlackSide | null },
  jobs: Jobs,
  slackApp: SlackApp | null,
  orgId: string,
  adminKey: string | null,
): Promise<void> {
  const { config, database, orgs, clock, logger, stoppers, meters, port, publicUrl } = base;
  const { handlers } = core.webhooks;
  const keyParts = { ...core, isHandlerEnabled: handlers.isEnabled.bind(handlers) };
  const connectionOf = slack === null ? null : connectionIn(slack);
  const board = createBoardParts({ database, members: core.members, connectionOf, publicUrl, logger });
  const app = createHttpApp({
    ...core,
    ...board,
    orgs,
    authenticate: firstOf(createAdminKeyAuthenticator(adminKey, orgId), createKeyAuthenticator(keyParts)),
    identifyPerson: createIdentifyPerson(core.members, directoriesOf(slack)),
    readiness: async () => ({
      database: await pingDatabase(database),
      slack: {
        ready: slackApp?.ready() ?? true,
        detail: slackApp === null ? 'no Slack is configured' : null,
      },
      jobs: { ready: jobs.isReady(), detail: jobs.isReady() ? null : 'the queue of jobs cannot be reached' },
    }),
    ...(slackApp?.router ? { slackRouter: slackApp.router } : {}),
    ...installingParts(slack),
    meter: meters.http,
    metrics: metricsForHttp(meters, config),
    idempotency: createIdempotencyStore(database),
    rateLimitPerMinute: config.rateLimitPerMinute,
    signIn: waysToSignIn(base, orgId),
    publicUrl,
    newId,
    clock,
    logger,
  });
  const server = await listen(app, { host: config.http.host, port });
  // Pages that are open are told to come back, to another process; else they would hold up the end of this one.
  stoppers.add(() =>
    Promise.all([board.taskFeed.stop(), server.close(stopReceivingMs), slackApp?.stop(stopReceivingMs)]),
  );
}

function connectionIn({ connections }: SlackSide): FindConnection {
  return (orgId) => connections.of(orgId);
}

function installingParts(slack: SlackSide | null): Pick<HttpDeps, 'installRouter' | 'whyParked'> {
  const many = slack?.many ?? null;
  return many === null ? {} : { installRouter: many.router, ...whyParkedIn(slack) };
}
