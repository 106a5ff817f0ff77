import type { KnownBlock, ModalView } from '@slack/types';
import { plainText } from './elements.ts';
import { oneLine } from './escape.ts';
import { limits } from './limits.ts';

export interface ModalOptions {
  callbackId: string;
  title: string;
  /** Null for a view that is only read. */
  submit: string | null;
  close: string;
  /** At most 3,000 characters; comes back with the submission. */
  metadata: string;
  blocks: KnownBlock[];
}

/** A modal with one job. Titles and buttons are clipped to what Slack takes. */
export function modal({ callbackId, title, submit, close, metadata, blocks }: ModalOptions): ModalView {
  return {
    type: 'modal',
    callback_id: callbackId,
    title: plainText(oneLine(title), limits.viewTitle),
    close: plainText(close, limits.viewButton),
    ...(submit === null ? {} : { submit: plainText(oneLine(submit), limits.viewButton) }),
    private_metadata: metadata,
    blocks: blocks.slice(0, limits.viewBlocks),
  };
}
