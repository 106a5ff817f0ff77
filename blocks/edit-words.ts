import { findEdits } from '../src/domain/edits.ts';
import type { StepExecution } from '../src/domain/execution.ts';
import type { JsonValue } from '../src/domain/json.ts';
import { bold } from './elements.ts';
import { clip, inline } from './escape.ts';
import { humanise } from './task-view.ts';

const maxFields = 5;
const maxPieceLength = 120;
/** Of what stays the same, so that the place is found. */
const contextLength = 20;

type Edited = Pick<StepExecution, 'status' | 'prefilled' | 'drafted' | 'output'>;

/**
 * What was edited before it was approved, by whomever of those who agreed, a line for each field, in mrkdwn; '' when
 * nothing was. While others have yet to agree: what was edited so far.
 */
export function editWords({ status, prefilled, drafted, output }: Edited): string {
  const edits = findEdits(drafted ?? prefilled, status === 'STARTED' ? prefilled : output);
  const lines = edits.slice(0, maxFields).map(({ field, before, after }) => {
    const [old, now] = differingPart(textOf(before ?? null), textOf(after ?? null));
    return `✏️ ${bold(humanise(textOf(field ?? null)))}: “${piece(old)}” became “${piece(now)}”`;
  });
  if (edits.length > maxFields) lines.push(`✏️ … and ${edits.length - maxFields} more fields`);
  return lines.join('\n');
}

/** Both texts without what they have in common at their ends, but for a few characters. */
function differingPart(before: string, after: string): [string, string] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [cutOut(before, start, end), cutOut(after, start, end)];
}

function cutOut(text: string, sameAtStart: number, sameAtEnd: number): string {
  const from = sameAtStart <= contextLength * 2 ? 0 : sameAtStart - contextLength;
  const to = sameAtEnd <= contextLength * 2 ? text.length : text.length - sameAtEnd + contextLength;
  const cut = text.slice(from, to).toWellFormed();
  return `${from > 0 ? '…' : ''}${cut}${to < text.length ? '…' : ''}`;
}

function piece(text: string): string {
  return clip(inline(text), maxPieceLength);
}

function textOf(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
