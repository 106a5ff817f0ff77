import type { App, MessageShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import { shortcutIds } from '../../../../blocks/action-ids.ts';
import { depsFor } from '../../deps-for.ts';
import type { BotDeps } from '../../slack-deps.ts';
import { answer } from '../answer.ts';
import { createShortcutReply } from '../reply/shortcut-reply.ts';
import { readRequester } from '../requester.ts';
import { createTellDirectlyIn } from '../tell-directly.ts';
import type { HandleShortcut } from './message-shortcut.ts';
import { startWithMessage } from './start-with-message.ts';
import {
  cancelTaskHere,
  reassignTaskHere,
  retryTaskHere,
  showTasksHere,
  whyTaskHere,
} from './task-shortcuts.ts';

type ShortcutArgs = SlackShortcutMiddlewareArgs<MessageShortcut>;

/** The shortcuts behind "More actions" of a message, as the manifest names them. */
const handlers: Readonly<Record<string, HandleShortcut>> = {
  [shortcutIds.startWithMessage]: startWithMessage,
  [shortcutIds.taskStatus]: showTasksHere,
  [shortcutIds.whyTask]: whyTaskHere,
  [shortcutIds.cancelTask]: cancelTaskHere,
  [shortcutIds.retryTask]: retryTaskHere,
  [shortcutIds.reassignTask]: reassignTaskHere,
};

export function registerShortcuts(app: App, deps: BotDeps): void {
  for (const [callbackId, handle] of Object.entries(handlers)) {
    const constraints = { callback_id: callbackId, type: 'message_action' } as const;
    app.shortcut<MessageShortcut>(constraints, (args) => answerShortcut(deps, args, handle));
  }
}

async function answerShortcut(
  deps: BotDeps,
  args: ShortcutArgs & { context: { teamId?: string } },
  handle: HandleShortcut,
): Promise<void> {
  const { body, context } = args;
  const reply = createShortcutReply(args, createTellDirectlyIn(deps, context.teamId, body.user.id));
  await answer(reply, deps.logger, async () => {
    const requester = await readRequester(deps, context.teamId, body.user);
    await handle(await depsFor(deps, requester), {
      requester,
      reply,
      triggerId: body.trigger_id,
      channelId: body.channel.id,
      domain: body.team?.domain ?? null,
      message: body.message,
    });
  });
}
