import type { KnownBlock } from '@slack/types';
import type { ExecutionState } from '../src/domain/execution.ts';
import { section } from './elements.ts';
import { escapeBody, splitText } from './escape.ts';
import { markdownBlocks } from './markdown/markdown-blocks.ts';

const maxPieceLength = 2_900;
const maxPieces = 2;
const maxBlocks = 8;
/** Shorter answers have no markup worth reading. */
const minModelText = 12;

/**
 * The body of a message to people: text as it is, escaped, with web addresses as links. What a model has
 * written, and a template has put in whole, shows as the Markdown that it is.
 */
export function messageBody(text: string, execution: ExecutionState): KnownBlock[] {
  const written = findModelText(text, execution);
  if (written === null) return textSections(text, maxPieces);
  const { before, model, after } = written;
  const shown = markdownBlocks(model, {
    chars: maxPieceLength * maxPieces - before.length,
    blocks: maxBlocks,
  });
  return [...textSections(before, 1), ...shown.blocks, ...textSections(after, 1)];
}

function textSections(text: string, pieces: number): KnownBlock[] {
  return splitText(escapeBody(text), maxPieceLength, pieces).map((piece) => section(piece));
}

/** The longest answer of a model in this task that stands in the text word for word. */
function findModelText(
  text: string,
  { stack }: ExecutionState,
): { before: string; model: string; after: string } | null {
  let found: { before: string; model: string; after: string } | null = null;
  for (const { type, output } of stack) {
    if ((type !== 'PROMPT' && type !== 'AGENT') || typeof output !== 'string') continue;
    const model = output.trim();
    const at: number =
      model.length < Math.max(minModelText, found?.model.length ?? 0) ? -1 : text.indexOf(model);
    if (at === -1) continue;
    found = { before: text.slice(0, at), model, after: text.slice(at + model.length) };
  }
  return found;
}
