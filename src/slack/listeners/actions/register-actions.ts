import type { App, BlockAction } from '@slack/bolt';
import { simpleMessage } from '../../../../blocks/elements.ts';
import { depsFor } from '../../deps-for.ts';
import type { BotDeps, SlackDeps } from '../../slack-deps.ts';
import { answer } from '../answer.ts';
import { createActionReply } from '../reply/action-reply.ts';
import { readRequester } from '../requester.ts';
import { createTellDirectlyIn } from '../tell-directly.ts';
import { type Click, type ClickArgs, type ClickableAction, readClick } from './click.ts';
import type { ClickHandler } from './click-handler.ts';
import { clickHandlers, isHandled } from './handlers.ts';

export function registerActions(app: App, deps: BotDeps): void {
  for (const { match, handle } of clickHandlers) {
    app.action<BlockAction<ClickableAction>>(match, (args) => answerClick(deps, args, handle));
  }
  app.action<BlockAction<ClickableAction>>(/.*/, async (args) => {
    // Every listener that matches runs, so this one leaves alone what another one has.
    if (isHandled(args.action.action_id)) return;
    await answerClick(deps, args, answerUnknown);
  });
}

async function answerClick(
  deps: BotDeps,
  args: ClickArgs & { context: { teamId?: string } },
  handle: ClickHandler['handle'],
): Promise<void> {
  const { body, context, action } = args;
  const reply = createActionReply(args, createTellDirectlyIn(deps, context.teamId, body.user.id));
  await answer(reply, deps.logger, async () => {
    const user = { id: body.user.id, name: body.user.username ?? body.user.name };
    const requester = await readRequester(deps, context.teamId, user);
    await handle(await depsFor(deps, requester), readClick(args, requester, reply), action.action_id);
  });
}

async function answerUnknown(_deps: SlackDeps, { reply }: Click): Promise<void> {
  const text = 'This button is from another version of Baton and no longer works. Nothing changed.';
  await reply.tell(simpleMessage(text));
}
