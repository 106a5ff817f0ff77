import type { App } from '@slack/bolt';
import { depsFor } from '../../for-requester.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { answer } from '../answer.ts';
import { createCommandReply } from '../reply/command-reply.ts';
import { readRequester } from '../requester.ts';
import { runCommand } from './run-command.ts';

export function registerCommands(app: App, deps: SlackDeps): void {
  app.command('/workflow', async (args) => {
    const { command, context } = args;
    const reply = createCommandReply(args);
    await answer(reply, deps.logger, async () => {
      const user = { id: command.user_id, name: command.user_name };
      const requester = await readRequester(deps, context.teamId, user);
      const { channel_id: channelId, trigger_id: triggerId, text } = command;
      await runCommand(await depsFor(deps, requester), { requester, reply, channelId, triggerId, text });
    });
  });
}
