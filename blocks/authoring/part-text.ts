import { section } from '../elements.ts';
import { clip, inline, quote } from '../escape.ts';
import { readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { findTemplateProblem } from './template-problem.ts';
import { textInput } from './form-inputs.ts';
import type { StepPartForm } from './step-part.ts';
import { variablesText } from './variables-text.ts';

export const textPartBlocks = { message: 'text_message' } as const;

/** What a step says to people. */
export const textPart: StepPartForm = {
  label: 'Text',
  title: 'Text',
  appliesTo: ({ type }) => type === 'HUMAN' || type === 'USER_MESSAGE',
  summary: ({ step }) => quote(clip(inline(messageOf(step)), 400)),
  blocks: ({ definition, step }) => {
    const message = messageOf(step);
    const isTooLong = message.length > limits.inputLength;
    const variables = variablesText(definition, step.id);
    return [
      textInput({
        blockId: textPartBlocks.message,
        label: step.type === 'HUMAN' ? 'What is to be decided?' : 'Message',
        hint: isTooLong
          ? `The text now has ${message.length} characters, more than can be changed here: leave this empty to keep it.`
          : step.type === 'HUMAN'
            ? 'The first line is the title of the question.'
            : 'What the person is asked to do or told.',
        multiline: true,
        optional: isTooLong,
        initial: message,
      }),
      ...(variables === '' ? [] : [section(variables)]),
    ];
  },
  read: ({ definition, step }, state) => {
    const typed = readText(state, textPartBlocks.message);
    const before = messageOf(step);
    const message = typed === '' && before.length > limits.inputLength ? before : typed;
    const problem = message === '' ? 'Please fill this in.' : findTemplateProblem(message, definition);
    const inputsTemplate = { ...step.inputsTemplate, message };
    return {
      step: { ...step, inputsTemplate } as typeof step,
      errors: problem === null ? {} : { [textPartBlocks.message]: problem },
    };
  },
};

function messageOf({ inputsTemplate }: { inputsTemplate?: Record<string, unknown> | undefined }): string {
  const message = inputsTemplate?.['message'];
  return typeof message === 'string' ? message : '';
}
