import { type MessageRef, taskCardKey } from './effect.ts';
import type { ExecutionState } from './execution.ts';

/** The thread in which everything about a task is said: under its card, or where it was started; null before there is a card. */
export function threadOf(
  { origin }: Pick<ExecutionState, 'origin'>,
  messages: Readonly<Record<string, MessageRef>>,
): { channelId: string; threadTs: string } | null {
  const card = messages[taskCardKey];
  if (card === undefined) return null;
  const isInOrigin = origin.kind === 'slack' && origin.channelId === card.channelId;
  const threadTs = isInOrigin && origin.threadTs !== null ? origin.threadTs : card.ts;
  return { channelId: card.channelId, threadTs };
}
