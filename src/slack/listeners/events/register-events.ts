import type { App } from '@slack/bolt';
import { closedHomeView } from '../../../../blocks/home.ts';
import { errorNotice } from '../../../../blocks/notices.ts';
import { AppError, PermissionError } from '../../../errors.ts';
import { depsFor } from '../../deps-for.ts';
import { callSlack } from '../../slack-call.ts';
import type { BotDeps, SlackDeps } from '../../slack-deps.ts';
import type { SlackTriggers } from '../../triggers/slack-triggers.ts';
import { readAnswerReply, readDirectMessage } from '../../answer-words.ts';
import { createMentionReply } from '../reply/mention-reply.ts';
import type { Reply } from '../reply/reply.ts';
import { type Requester, readRequester } from '../requester.ts';
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
export function registerEvents(app: App, deps: BotDeps, triggers: SlackTriggers): void {
  app.event('app_home_opened', async ({ event, context }) => {
    if (event.tab !== 'home') return;
    const requester = await readRequester(deps, context.teamId, { id: event.user });
    const { orgId, slackTeamId, userId } = requester;
    try {
      const own = await depsFor(deps, requester);
      await deps.homeViewers.opened({ orgId, slackTeamId, userId, hash: hashOf(event.view) });
      await publishHome(own, requester);
    } catch (error) {
      if (!(error instanceof PermissionError)) throw error;
      const { client } = await deps.connections.of(orgId);
      const view = closedHomeView(error.message);
      await callSlack(() => client.views.publish({ user_id: userId, view }));
    }
  });
  app.event('app_mention', async ({ event, context }) => {
    const { user: userId, channel: channelId, thread_ts: threadTs = null, text } = event;
    // Another bot that mentions this one gets no answer, so that they do not answer each other for ever.
    if (userId === undefined || event.bot_id !== undefined) return;
    // What starts a task is answered with its card.
    if (await triggers.takes(context.teamId ?? '', event)) return;
    await hear(deps, context.teamId, { userId, channelId, threadTs, mayTell: true }, (own, heard) =>
      answerMention(own, { ...heard, channelId, threadTs, text, message: { ...event } }),
    );
  });
  app.event('reaction_added', async ({ event, context }) => {
    await triggers.hear({ slackTeamId: context.teamId ?? '', event });
  });
  app.event('message', async ({ event, context }) => {
    await triggers.hear({ slackTeamId: context.teamId ?? '', event });
    const answer = readAnswerReply(event);
    const direct = readDirectMessage(event);
    if (answer !== null) {
      // They asked for nothing, so they are not told what is wrong.
      await hear(deps, context.teamId, { ...answer, mayTell: false }, (own, heard) =>
        offerButtons(own, heard, answer),
      );
    }
    if (direct !== null) {
      const { channelId, text } = direct;
      await hear(deps, context.teamId, { ...direct, threadTs: null, mayTell: true }, (own, heard) =>
        answerMention(own, { ...heard, channelId, threadTs: null, text, message: { ...event } }),
      );
    }
  });
}

interface Heard {
  requester: Requester;
  reply: Reply;
}

/** Answers what a person wrote, where they wrote it, so that only they see it. */
async function hear(
  deps: BotDeps,
  slackTeamId: string | undefined,
  from: { userId: string; channelId: string; threadTs: string | null; mayTell: boolean },
  answer: (own: SlackDeps, heard: Heard) => Promise<void>,
): Promise<void> {
  const { userId, channelId, threadTs, mayTell } = from;
  const requester = await readRequester(deps, slackTeamId, { id: userId });
  const connection = await deps.connections.of(requester.orgId);
  const target = { channelId, threadTs, label: `<#${channelId}>` };
  const reply = createMentionReply(
    connection.messenger,
    target,
    userId,
    createTellDirectly(connection, userId),
  );
  try {
    await answer(await depsFor(deps, requester), { requester, reply });
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    if (mayTell) await reply.tell(errorNotice(error));
  }
}
