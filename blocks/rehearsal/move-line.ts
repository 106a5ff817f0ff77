import type { Step } from '../../src/domain/definition.ts';
import { moveText } from '../../src/domain/exploration-words.ts';
import type { Move } from '../../src/domain/rehearsal.ts';
import { clip, inline } from '../escape.ts';
import { recipientMention } from '../people.ts';
import { titleOfStep } from '../task-view.ts';

/** The move for words, at the step as people call it, in quotes: titles may have a colon. */
export function withStepTitle(move: Move, steps: readonly Step[]): Move {
  return move.step === undefined ? move : { ...move, step: `“${titleOfStep(steps, move.step)}”` };
}

/** The move in words, whoever made it as Slack shows people; in mrkdwn. */
export function moveLine(move: Move, steps: readonly Step[]): string {
  const titled = withStepTitle(move, steps);
  if ((titled.type !== 'decide' && titled.type !== 'complete') || titled.by === undefined)
    return clip(inline(moveText(titled)), 200);
  const { by, ...did } = titled;
  return `${clip(inline(moveText(did)), 200)} by ${recipientMention(by)}`;
}
