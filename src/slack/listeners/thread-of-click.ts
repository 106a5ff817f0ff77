import type { BlockAction } from '@slack/bolt';

/** The thread that the clicked message stands in. Not every workspace says it in the container, as Slack does. */
export function threadOfClick({ container, message }: BlockAction): string | null {
  const thread = container['thread_ts'] ?? message?.['thread_ts'];
  return typeof thread === 'string' && thread !== '' ? thread : null;
}
