import { noTaskHere, tasksHere } from '../../../../blocks/tasks-here.ts';
import type { SlackMessage } from '../../message-text.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { parseCommand } from '../commands/parse-command.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';
import { showHelp, showList, showMine, showTask, showTasks } from '../shared/show-messages.ts';
import { tasksOfMessage } from '../tasks/tasks-of-message.ts';

/** What somebody wrote to the bot. */
export interface Mention {
  requester: Requester;
  reply: Reply;
  channelId: string;
  /** Null outside of threads. */
  threadTs: string | null;
  text: string;
  message: SlackMessage;
}

/**
 * In a thread: its task, with what can be done. Elsewhere: what was asked for, if it needs no form, else the
 * help. A mention can open no form; the buttons of the answer can.
 */
export async function answerMention(deps: SlackDeps, mention: Mention): Promise<void> {
  const { requester, reply, channelId, threadTs, text, message } = mention;
  if (threadTs !== null) {
    const tasks = await tasksOfMessage(deps, requester, channelId, { ...message, thread_ts: threadTs });
    return reply.tell(tasks.length === 0 ? noTaskHere() : tasksHere(tasks));
  }
  const parsed = parseCommand(text.replace(/<@[UW][A-Z0-9]+(?:\|[^>]*)?>/g, ' ').trim());
  const verb = parsed.kind === 'verb' ? parsed.verb : 'help';
  const name = parsed.kind === 'verb' ? parsed.name : '';
  switch (verb) {
    case 'status':
      return name === '' ? showTasks(deps, requester, reply) : showTask(deps, requester, name, reply);
    case 'mine':
      return showMine(deps, requester, reply);
    case 'list':
      return showList(deps, requester, reply);
    default:
      return showHelp(deps, requester, reply);
  }
}
