import { readTaskBlockId } from '../../../../blocks/action-ids.ts';
import type { TaskView } from '../../../../blocks/task-view.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackMessage } from '../../message-text.ts';
import { SlackRefused, callSlack } from '../../slack-call.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Requester } from '../requester.ts';
import { readView } from './find-task.ts';

/** A thread about one task has few messages before its card; one about many shows the latest. */
const maxReplies = 100;
const maxTasks = 5;

/**
 * The tasks that a message is about: those that it names itself, else those of its thread, newest last. What
 * this person may not see is left out.
 *
 * @throws as `callSlack`
 */
export async function tasksOfMessage(
  deps: SlackDeps,
  requester: Requester,
  channelId: string,
  message: SlackMessage,
): Promise<TaskView[]> {
  const own = executionIds(message);
  if (own.length > 0) return readVisible(deps, requester, own);
  const threadTs = textOf(message.thread_ts) || textOf(message.ts);
  if (threadTs === '') return [];
  const thread = await readThread(deps, channelId, threadTs);
  return readVisible(deps, requester, [...new Set(thread.flatMap(executionIds))].slice(-maxTasks));
}

async function readThread(
  { connection }: SlackDeps,
  channel: string,
  ts: string,
): Promise<readonly SlackMessage[]> {
  try {
    const answer = await callSlack(() =>
      connection.client.conversations.replies({ channel, ts, limit: maxReplies }),
    );
    const { botUserId } = connection.identity.known() ?? {};
    return ((answer.messages ?? []) as SlackMessage[]).filter(({ user }) => user === botUserId);
  } catch (error) {
    // Where the bot is not a member there is no message of its own.
    if (error instanceof SlackRefused) return [];
    throw error;
  }
}

/** Whoever asks is checked for each of them, so that a message cannot show what another one hides. */
async function readVisible(
  deps: SlackDeps,
  { orgId }: Requester,
  ids: readonly string[],
): Promise<TaskView[]> {
  const found = await Promise.all(
    ids.map(async (id) => {
      try {
        return [await readView(deps, orgId, id)];
      } catch (error) {
        if (error instanceof NotFoundError) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

function executionIds({ blocks }: SlackMessage): string[] {
  if (!Array.isArray(blocks)) return [];
  const ids = blocks.map((block: unknown) => {
    const { block_id: blockId } = (block ?? {}) as { block_id?: unknown };
    return typeof blockId === 'string' ? readTaskBlockId(blockId) : null;
  });
  return [...new Set(ids.filter((id) => id !== null))];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
