import type { App } from '@slack/bolt';
import { depsFor } from '../../for-requester.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { readRequester } from '../requester.ts';
import { publishHome } from '../shared/publish-home.ts';

/** What these throw makes Slack deliver the event again. */
export function registerEvents(app: App, deps: SlackDeps): void {
  app.event('app_home_opened', async ({ event, context }) => {
    if (event.tab !== 'home') return;
    const requester = await readRequester(deps, context.teamId, { id: event.user });
    await publishHome(await depsFor(deps, requester), requester);
  });
}
