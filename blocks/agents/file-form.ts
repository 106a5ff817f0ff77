import type { KnownBlock, ModalView } from '@slack/types';
import type { AgentInput, ContextFile } from '../../src/domain/agent.ts';
import { choiceInput, readChoice, textInput } from '../authoring/form-inputs.ts';
import { bold, context, input } from '../elements.ts';
import { oneLine } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { agentCallbacks } from './agent-ids.ts';

export const fileBlocks = {
  file: 'context_file',
  name: 'context_name',
  content: 'context_content',
  keep: 'context_keep',
} as const;

/** What was given: a file's id where one was uploaded, a name and a text. `removed`: it is to go. */
export interface GivenFile {
  fileId: string;
  name: string;
  content: string;
  removed: boolean;
}

const maxNameLength = 200;

/** Asks for a text that the agent always has before it. `index` null: a new one. */
export function contextFileForm(
  agent: AgentInput,
  index: number | null,
  { hasFiles, metadata }: { hasFiles: boolean; metadata: string },
): ModalView {
  const file = index === null ? undefined : agent.contextFiles[index];
  const isLong = (file?.content.length ?? 0) > limits.inputLength;
  const optional = hasFiles || isLong;
  return modal({
    callbackId: agentCallbacks.file,
    title: file === undefined ? 'Add a context file' : 'Change a context file',
    submit: 'Save',
    close: 'Cancel',
    metadata,
    blocks: [
      context(
        `What the agent ${bold(agent.name)} always has before it: a policy, a price list, a style guide. Text only, at most 100,000 characters each and 200,000 together.`,
      ),
      ...(hasFiles
        ? [
            input({
              blockId: fileBlocks.file,
              label: 'File',
              hint: 'A text file. Or paste its text below.',
              optional: true,
              element: { type: 'file_input', action_id: valueActionId, max_files: 1 },
            }),
          ]
        : []),
      textInput({
        blockId: fileBlocks.name,
        label: 'Name',
        hint: 'Such as “Refund policy”.',
        max: maxNameLength,
        optional: hasFiles,
        initial: file?.name ?? '',
      }),
      textInput({
        blockId: fileBlocks.content,
        label: 'Text',
        hint: isLong
          ? `It has ${file?.content.length} characters, more than can be shown here: leave this empty to keep it.`
          : 'A longer text is uploaded as a file, or given through the API.',
        multiline: true,
        optional,
        initial: file?.content ?? '',
      }),
      ...(file === undefined ? [] : [keepInput()]),
    ],
  });
}

function keepInput(): KnownBlock {
  return choiceInput({
    blockId: fileBlocks.keep,
    label: 'Keep this file?',
    choices: [
      ['keep', 'Keep it'],
      ['remove', 'Remove it'],
    ],
    initial: 'keep',
  });
}

export function readGivenFile(state: FormState): GivenFile {
  const files = state[fileBlocks.file]?.[valueActionId]?.files ?? [];
  return {
    fileId: files[0]?.id ?? '',
    name: oneLine(readText(state, fileBlocks.name)),
    content: readText(state, fileBlocks.content),
    removed: readChoice(state, fileBlocks.keep, ['keep', 'remove'], 'keep') === 'remove',
  };
}

/** The agent's files with the one that was given. `uploaded`: what was in the file; null without one. */
export function withContextFile(
  { contextFiles }: Pick<AgentInput, 'contextFiles'>,
  index: number | null,
  given: GivenFile,
  uploaded: { name: string; text: string } | null,
): { files: ContextFile[]; errors: FormErrors } {
  const before = index === null ? undefined : contextFiles[index];
  const others = contextFiles.filter((_, other) => other !== index);
  if (given.removed && before !== undefined) return { files: others, errors: {} };
  const errors: FormErrors = {};
  const isKept = given.content === '' && (before?.content.length ?? 0) > limits.inputLength;
  const content = uploaded?.text ?? (isKept ? (before?.content ?? '') : given.content);
  const name = given.name || (uploaded?.name ?? before?.name ?? '');
  if (name === '') errors[fileBlocks.name] = 'Please give it a name.';
  if (content.trim() === '') errors[fileBlocks.content] = 'Please give its text.';
  const file = { name, content };
  const files =
    before === undefined ? [...contextFiles, file] : contextFiles.map((one) => (one === before ? file : one));
  return { files, errors };
}
