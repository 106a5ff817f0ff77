import type { KnownBlock } from '@slack/types';
import { divider, section } from '../elements.ts';
import { clip, splitText } from '../escape.ts';
import { fence, markdownPieces, type Piece } from './pieces.ts';

export interface MarkdownBlocks {
  blocks: KnownBlock[];
  /** False when something was left out for want of room. */
  isWhole: boolean;
}

const maxSection = 2_900;
/** The reader's time grows with the text, and no message shows more than this. */
const maxRead = 12_000;

/**
 * Text of a model as Slack shows it: headings, lists, quotations, code, tables and links of its Markdown, in at
 * most `maxChars` characters and `maxBlocks` blocks. All of it is escaped: no mention comes to life.
 */
export function markdownBlocks(text: string, max: { chars: number; blocks: number }): MarkdownBlocks {
  const read = text.length > maxRead ? clip(text, maxRead) : text;
  const writer = new SectionWriter(max);
  for (const piece of markdownPieces(read)) writer.add(piece);
  const blocks = writer.end();
  return { blocks, isWhole: writer.isWhole && read === text };
}

/** Packs pieces into as few sections as hold them. */
class SectionWriter {
  readonly #max: { chars: number; blocks: number };
  readonly #blocks: KnownBlock[] = [];
  #open = '';
  #left: number;
  isWhole = true;

  constructor(max: { chars: number; blocks: number }) {
    this.#max = max;
    this.#left = max.chars;
  }

  add(piece: Piece): void {
    if (!this.isWhole) return;
    if (piece.kind === 'line') return this.#rule();
    const parts =
      piece.kind === 'code'
        ? cutCode(piece.text)
        : splitText(piece.text, maxSection, Number.MAX_SAFE_INTEGER);
    for (const part of parts) this.#write(part);
  }

  end(): KnownBlock[] {
    this.#close();
    const last = this.#blocks.at(-1);
    if (last?.type === 'divider') this.#blocks.pop();
    return this.#blocks;
  }

  #rule(): void {
    this.#close();
    if (this.#blocks.length > 0 && this.#blocks.length < this.#max.blocks - 1) this.#blocks.push(divider());
  }

  #write(part: string): void {
    if (!this.isWhole) return;
    if (this.#open !== '' && this.#open.length + 2 + part.length > maxSection) this.#close();
    if (this.#blocks.length >= this.#max.blocks) {
      this.isWhole = false;
      return;
    }
    let shown = part;
    if (part.length > this.#left) {
      this.isWhole = false;
      shown = cutTo(part, this.#left);
    }
    this.#left -= shown.length;
    if (shown !== '') this.#open = this.#open === '' ? shown : `${this.#open}\n\n${shown}`;
  }

  #close(): void {
    if (this.#open !== '') this.#blocks.push(section(this.#open));
    this.#open = '';
  }
}

/** Code keeps its fences when it is cut. */
function cutTo(part: string, max: number): string {
  if (max < 20) return '';
  if (!part.startsWith('```\n')) return clip(part, max);
  return fence(clip(part.slice(4, -4), max - 8));
}

function cutCode(text: string): string[] {
  const parts: string[] = [];
  let open: string[] = [];
  let length = 0;
  for (const line of text.split('\n').flatMap(cutLine)) {
    if (open.length > 0 && length + line.length + 1 > maxSection - 8) {
      parts.push(fence(open.join('\n')));
      open = [];
      length = 0;
    }
    open.push(line);
    length += line.length + 1;
  }
  return [...parts, fence(open.join('\n'))];
}

/** A line without a break that is longer than a section. */
function cutLine(line: string): string[] {
  return line.length < maxSection - 16 ? [line] : splitText(line, maxSection - 16, Number.MAX_SAFE_INTEGER);
}
