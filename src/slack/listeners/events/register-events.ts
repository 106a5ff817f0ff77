import type { App } from '@slack/bolt';
import { errorNotice } from '../../../../blocks/notices.ts';
import { AppError } from '../../../errors.ts';
import { depsFor } from '../../deps-for.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { readAnswerReply } from '../../answer-words.ts';
import { createMentionReply } from '../reply/mention-reply.ts';
import { readRequester } from '../requester.ts';
import { publishHome } from '../shared/publish-home.ts';
import { createTellDirectly } from '../tell-directly.ts';
import { answerMention } from './answer-mention.ts';
import { offerButtons } from './offer-buttons.ts';

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
  app.event('app_mention', async ({ event, context }) => {
    const { user: userId, channel: channelId, thread_ts: threadTs = null, text } = event;
    // Another bot that mentions this one gets no answer, so that they do not answer each other for ever.
    if (userId === undefined || event.bot_id !== undefined) return;
    const { connection } = deps;
    const target = { channelId, threadTs, label: `<#${channelId}>` };
    const tellDirectly = createTellDirectly(connection, userId);
    const reply = createMentionReply(connection.messenger, target, userId, tellDirectly);
    const requester = await readRequester(deps, context.teamId, { id: userId });
    try {
      const own = await depsFor(deps, requester);
      await answerMention(own, { requester, reply, channelId, threadTs, text, message: { ...event } });
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw error;
      await reply.tell(errorNotice(error));
    }
  });
  app.event('message', async ({ event, context }) => {
    const answer = readAnswerReply(event);
    if (answer === null) return;
    const { userId, channelId, threadTs } = answer;
    const { connection } = deps;
    const target = { channelId, threadTs, label: `<#${channelId}>` };
    const tellDirectly = createTellDirectly(connection, userId);
    const reply = createMentionReply(connection.messenger, target, userId, tellDirectly);
    const requester = await readRequester(deps, context.teamId, { id: userId });
    try {
      await offerButtons(await depsFor(deps, requester), { requester, reply }, answer);
    } catch (error) {
      // They asked for nothing, so they are told nothing.
      if (!(error instanceof AppError) || error.retryable) throw error;
    }
  });
}
