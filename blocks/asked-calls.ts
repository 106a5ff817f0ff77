import type { KnownBlock } from '@slack/types';
import { context, header, section } from './elements.ts';
import { clip, escapeMrkdwn } from './escape.ts';
import { limits } from './limits.ts';
import { markdownBlocks } from './markdown/markdown-blocks.ts';

const room = { chars: 9_000, blocks: 6 };
const maxTitleLength = 1_500;

/**
 * What an agent wants to call, as it is shown to whoever allows it: its first line is the title, and the calls below stand
 * as they are. Nothing in an argument is taken for markup.
 *
 * @param isCut the text had to leave something out, and a file has all of it
 */
export function askedCalls(text: string, isCut: boolean): KnownBlock[] {
  const [title = '', ...rest] = text.split('\n');
  // Of one call the title says which.
  const calls = rest.join('\n').trim().split('\n\n');
  const code = calls.length === 1 ? (calls[0] ?? '').replace(/^.*\n(?=\{)/, '') : calls.join('\n\n');
  const shown = markdownBlocks(fenceOf(code), room);
  const elsewhere = isCut ? 'in a file, in the thread of this message' : 'on the task’s page of the board';
  return [
    title.length > limits.headerText ? section(clip(escapeMrkdwn(title), maxTitleLength)) : header(title),
    ...shown.blocks,
    ...(isCut || !shown.isWhole ? [context(`Cut here. All of it is ${elsewhere}.`)] : []),
  ];
}

/** As Markdown for code that holds fences of its own. */
function fenceOf(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
