import { section } from '../elements.ts';
import { clip, inline, quote } from '../escape.ts';
import { readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { findTemplateProblem } from './template-problem.ts';
import { textInput } from './form-inputs.ts';
import type { StepPartForm } from './step-part.ts';
import { stepText, textFieldOf } from './step-text.ts';
import { variablesText } from './variables-text.ts';

export const textPartBlocks = { message: 'text_message' } as const;

/** What a step says to people, or to a model. */
export const textPart: StepPartForm = {
  label: 'Text',
  title: 'Text',
  appliesTo: (step) => textFieldOf(step) !== null,
  summary: ({ step }) => quote(clip(inline(stepText(step)), 400)),
  blocks: ({ definition, step }) => {
    const text = stepText(step);
    const isTooLong = text.length > limits.inputLength;
    const variables = variablesText(definition, step.id);
    const { label, hint } = textFieldOf(step) ?? { label: 'Text', hint: '' };
    const keepHint = `The text now has ${text.length} characters, more than can be changed here: leave this empty to keep it.`;
    return [
      textInput({
        blockId: textPartBlocks.message,
        label,
        hint: isTooLong ? keepHint : hint,
        multiline: true,
        optional: isTooLong,
        initial: text,
      }),
      ...(variables === '' ? [] : [section(variables)]),
    ];
  },
  read: ({ definition, step }, state) => {
    const typed = readText(state, textPartBlocks.message);
    const before = stepText(step);
    const isKept = typed === before.trim() || (typed === '' && before.length > limits.inputLength);
    const text = isKept ? before : typed;
    const problem = text === '' ? 'Please fill this in.' : findTemplateProblem(text, definition);
    const field = textFieldOf(step)?.field ?? 'message';
    return {
      step: { ...step, inputsTemplate: { ...step.inputsTemplate, [field]: text } } as typeof step,
      errors: problem === null ? {} : { [textPartBlocks.message]: problem },
    };
  },
};
