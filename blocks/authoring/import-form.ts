import type { InputBlock, ModalView } from '@slack/types';
import { context, divider, input, section } from '../elements.ts';
import { clip, escapeMrkdwn } from '../escape.ts';
import { groupLines } from '../fit-lines.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readText } from '../form-reader.ts';
import { modal } from '../modal.ts';
import { authoringCallbacks } from './authoring-ids.ts';
import { textInput } from './form-inputs.ts';

export const importBlocks = { file: 'import_file', text: 'import_text' } as const;

/** What was given: a file's id, a pasted text, or both ''. */
export interface ImportSource {
  fileId: string;
  text: string;
}

export interface ImportPreview {
  /** Escaped: "A new workflow, …" or "Changes of …". */
  about: string;
  /** One sentence each, as plain text. */
  changes: readonly string[];
  source: ImportSource;
  metadata: string;
  /** A line on top, in mrkdwn. */
  notice?: string;
}

const maxChangeLength = 400;
const maxSections = 12;

/** Asks for a workflow's file, or its text. */
export function importForm(options: {
  hasFiles: boolean;
  about: string | null;
  metadata: string;
}): ModalView {
  const { hasFiles, about, metadata } = options;
  return modal({
    callbackId: authoringCallbacks.importFile,
    title: 'Import a workflow',
    submit: 'Look at it',
    close: 'Cancel',
    metadata,
    blocks: [
      ...(about === null ? [] : [context(about)]),
      ...(hasFiles
        ? [
            input({
              blockId: importBlocks.file,
              label: 'File',
              hint: 'YAML or JSON, as /workflow export gives it.',
              optional: true,
              element: { type: 'file_input', action_id: valueActionId, max_files: 1 },
            }),
          ]
        : []),
      sourceText(hasFiles ? 'Or its text' : 'Text of the file', ''),
      context(
        'Leave it empty to take the file that you shared in this conversation last. Nothing is changed yet: you see first what would change.',
      ),
    ],
  });
}

/** Shows what would change, before it is. A pasted text stays, so that it can be corrected here. */
export function importPreview({ about, changes, source, metadata, notice }: ImportPreview): ModalView {
  const lines = changes.map((change) => `• ${clip(escapeMrkdwn(change), maxChangeLength)}`);
  const shown = groupLines(lines, 2_800).slice(0, maxSections);
  const count = shown.join('\n').split('\n').length;
  return modal({
    callbackId: authoringCallbacks.importPreview,
    title: 'What would change',
    submit: changes.length === 0 ? null : 'Apply',
    close: 'Cancel',
    metadata,
    blocks: [
      ...(notice === undefined ? [] : [section(notice)]),
      section(about),
      ...(changes.length === 0
        ? [section('Nothing would change: the workflow is already as the file says.')]
        : shown.map((text) => section(text))),
      ...(lines.length > count ? [context(`… and ${lines.length - count} more`)] : []),
      ...(source.text === '' || changes.length === 0 ? [] : [divider(), sourceText('Text', source.text)]),
    ],
  });
}

export function readImportForm(state: FormState): ImportSource {
  const fileId = state[importBlocks.file]?.[valueActionId]?.files?.[0]?.id ?? '';
  return { fileId, text: readText(state, importBlocks.text) };
}

function sourceText(label: string, initial: string): InputBlock {
  return textInput({ blockId: importBlocks.text, label, multiline: true, optional: true, initial });
}
