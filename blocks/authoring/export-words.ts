import type { Workflow } from '../../src/domain/workflow.ts';
import { bold, message, section } from '../elements.ts';
import { clip, escapeMrkdwn, splitText } from '../escape.ts';
import type { Message } from '../message.ts';

/** With the fence around it below what a section takes. */
const maxPieceLength = 2_800;
const piecesPerMessage = 4;
const maxPieces = 400;

/** What stands above an exported file, in mrkdwn. */
export function exportComment({ name, revision }: Pick<Workflow, 'name' | 'revision'>): string {
  return `${bold(clip(name, 200))}, revision ${revision}. Change the file, and bring it back with \`/workflow import\`.`;
}

/** The text of a file as messages, for where Slack takes no file. `why`: what Slack said, in mrkdwn. */
export function exportMessages(
  workflow: Pick<Workflow, 'name' | 'revision'>,
  text: string,
  why: string,
): Message[] {
  // Escaped first, so that a piece never grows beyond what fits.
  const pieces = splitLines(escapeMrkdwn(text));
  const messages: Message[] = [];
  for (let index = 0; index < pieces.length; index += piecesPerMessage) {
    const shown = pieces.slice(index, index + piecesPerMessage);
    const intro = index === 0 ? [section(`${exportComment(workflow)}\n${why}`)] : [];
    messages.push(
      message(`${clip(workflow.name, 200)} as text, from part ${index + 1} of ${pieces.length}`, [
        ...intro,
        ...shown.map((piece) => section(`\`\`\`${piece}\`\`\``)),
      ]),
    );
  }
  return messages;
}

/** Cut at the ends of lines, so that the parts put together are the text. */
function splitLines(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const line of text.split('\n').flatMap((long) => splitLong(long))) {
    if (piece !== '' && piece.length + 1 + line.length > maxPieceLength) {
      pieces.push(piece);
      piece = line;
    } else {
      piece = piece === '' ? line : `${piece}\n${line}`;
    }
  }
  if (piece !== '') pieces.push(piece);
  return pieces.slice(0, maxPieces);
}

function splitLong(line: string): string[] {
  return line.length <= maxPieceLength ? [line] : splitText(line, maxPieceLength, maxPieces);
}
