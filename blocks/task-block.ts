import type { KnownBlock } from '@slack/types';
import { taskBlockId } from './action-ids.ts';
import type { Message } from './message.ts';

/** The message, tied to its task by the id of its first block; see `taskBlockId`. */
export function tieToTask({ text, blocks }: Message, executionId: string): Message {
  const [first, ...rest] = blocks;
  if (first === undefined) return { text, blocks };
  const tied: KnownBlock = { ...first, block_id: taskBlockId(executionId) };
  return { text, blocks: [tied, ...rest] };
}
