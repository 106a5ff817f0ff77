import type { KnownBlock } from '@slack/types';
import { bold, section } from '../../../../blocks/elements.ts';
import { clip, escapeMrkdwn, inline } from '../../../../blocks/escape.ts';
import { type FormState, readInput } from '../../../../blocks/form-reader.ts';
import { modal } from '../../../../blocks/modal.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Submission } from '../views/submission.ts';

type Handle = (deps: SlackDeps, submission: Submission) => Promise<void>;

const maxTypedLength = 2_600;
const maxShown = 60;

/** When what a form is about is gone, shows what was typed, so that it can be copied. */
export function keepTyped(handle: Handle): Handle {
  return async (deps, submission) => {
    try {
      await handle(deps, submission);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      const typed = typedBlocks(submission);
      if (typed.length === 0) throw error;
      const why =
        error.code === 'step-gone'
          ? 'Somebody else deleted this step while your form was open, so it could not be saved.'
          : 'Somebody else deleted this workflow while your form was open, so it could not be saved.';
      await submission.reply.replaceWith(
        modal({
          callbackId: 'notice',
          title: 'Not saved',
          submit: null,
          close: 'Close',
          metadata: '',
          blocks: [section(`${why} This is what you typed:`), ...typed],
        }),
      );
    }
  };
}

/** Label and value of every input of the form that is not empty. */
function typedBlocks({ view }: Submission): KnownBlock[] {
  return view.blocks.slice(0, maxShown).flatMap((block) => {
    if (!('label' in block) || block.block_id === undefined) return [];
    const { text, selected } = readInput(view.state.values as FormState, block.block_id);
    const value = text === '' ? selected.join(', ') : text;
    if (value === '') return [];
    return [
      section(`${bold(clip(inline(block.label.text), 200))}\n${clip(escapeMrkdwn(value), maxTypedLength)}`),
    ];
  });
}
