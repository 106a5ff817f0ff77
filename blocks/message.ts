import type { KnownBlock } from '@slack/types';

/**
 * What is posted. `text` says the same as the blocks in one or two sentences: it is what a
 * notification shows and a screen reader speaks, so it is never empty. Text of people in it is escaped.
 */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}
