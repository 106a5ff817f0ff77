import type { App } from '@slack/bolt';
import { depsFor } from '../../for-requester.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { readRequester } from '../requester.ts';
import { publishHome } from '../shared/publish-home.ts';

/** Bolt's type of the view does not have it. */
function hashOf(view: unknown): string | null {
  const { hash } = (view ?? {}) as { hash?: unknown };
  return typeof hash === 'string' ? hash : null;
}

/** What these throw makes Slack deliver the event again. */
export function registerEvents(app: App, deps: SlackDeps): void {
  app.event('app_home_opened', async ({ event, context }) => {
    if (event.tab !== 'home') return;
    const requester = await readRequester(deps, context.teamId, { id: event.user });
    const { orgId, slackTeamId, userId } = requester;
    await deps.homeViewers.opened({ orgId, slackTeamId, userId, hash: hashOf(event.view) });
    await publishHome(await depsFor(deps, requester), requester);
  });
}
