import type { App } from '@slack/bolt';
import { depsFor } from '../../deps-for.ts';
import type { BotDeps } from '../../slack-deps.ts';
import { answer } from '../answer.ts';
import { createCommandReply } from '../reply/command-reply.ts';
import { readRequester } from '../requester.ts';
import { runCommand } from './run-command.ts';

/** Slack sends a thread only where commands work in threads. */
function threadOf(command: Record<string, unknown>): string | null {
  const threadTs = command['thread_ts'];
  return typeof threadTs === 'string' ? threadTs : null;
}

export function registerCommands(app: App, deps: BotDeps): void {
  app.command('/workflow', async (args) => {
    const { command, context } = args;
    const reply = createCommandReply(args);
    await answer(reply, deps.logger, async () => {
      const user = { id: command.user_id, name: command.user_name };
      const requester = await readRequester(deps, context.teamId, user);
      const { channel_id: channelId, trigger_id: triggerId, text } = command;
      const request = { requester, reply, channelId, threadTs: threadOf(command), triggerId };
      await runCommand(await depsFor(deps, requester), request, text);
    });
  });
}
