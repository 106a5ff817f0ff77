import { changeStepType } from './change-step-type.ts';
import { choiceInput, readChoice, textInput } from './form-inputs.ts';
import { type StepPartForm, withField } from './step-part.ts';
import { clip, escapeMrkdwn, inline, oneLine } from '../escape.ts';
import { readText } from '../form-reader.ts';
import type { Step } from '../../src/domain/definition.ts';
import { stepNameFrom } from '../step-name.ts';
import { humanise, stepTitle } from '../task-view.ts';

export const namePartBlocks = {
  title: 'name_title',
  about: 'name_about',
  name: 'name_identifier',
  type: 'name_type',
} as const;

const maxTitleLength = 60;
const maxAboutLength = 1_500;
const lineBreak = /\r\n|\r|\n|\u2028|\u2029/;
const identifier = /^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/;

/** The kinds of step that are made in Slack, in the words of the forms. */
export const stepKinds = [
  ['HUMAN', 'Decision: people choose a button'],
  ['USER_MESSAGE', 'Message: somebody does something'],
  ['WAIT', 'Wait: for a time or a signal'],
] as const;

/** What a step is called and what kind of step it is. */
export const namePart: StepPartForm = {
  label: 'Name and kind',
  title: 'Name and kind',
  appliesTo: () => true,
  summary: ({ step }) => {
    const about = clip(inline(aboutOf(step.description)), 200);
    return `${escapeMrkdwn(stepTitle(step))}  ·  \`${step.name}\`${about === '' ? '' : `\n${about}`}`;
  },
  blocks: ({ step }) => [
    textInput({
      blockId: namePartBlocks.title,
      label: 'Step',
      hint: 'What people call it, such as “Manager approval”.',
      max: maxTitleLength,
      initial: shownTitle(step),
    }),
    ...(stepKinds.some(([type]) => type === step.type)
      ? [
          choiceInput({
            blockId: namePartBlocks.type,
            label: 'Kind',
            hint: 'Another kind keeps what both have: the text, the people and the routes that still make sense.',
            choices: stepKinds,
            initial: step.type,
          }),
        ]
      : []),
    textInput({
      blockId: namePartBlocks.about,
      label: 'Description',
      hint: isTooLong(step)
        ? 'It is longer than can be shown here: leave this empty to keep it.'
        : 'For whoever changes this workflow later.',
      max: maxAboutLength,
      multiline: true,
      optional: true,
      initial: aboutOf(step.description),
    }),
    textInput({
      blockId: namePartBlocks.name,
      label: 'Name in templates',
      hint: `What comes out of this step is read as {{steps.${step.name}.comment}} and so on. Texts and routes that use the name are changed with it.`,
      max: 63,
      optional: true,
      initial: step.name,
    }),
  ],
  read: ({ definition, step }, state) => {
    const title = oneLine(readText(state, namePartBlocks.title));
    const about = readText(state, namePartBlocks.about);
    const others = definition.steps.filter(({ id }) => id !== step.id).map(({ name }) => name);
    const typed = readText(state, namePartBlocks.name);
    const name = typed === '' ? stepNameFrom(title, others) : typed;
    const errors: Record<string, string> = {};
    if (title === '') errors[namePartBlocks.title] = 'Please give the step a name.';
    if (!identifier.test(name))
      errors[namePartBlocks.name] = 'Use letters, digits and _ only, beginning with a letter or _.';
    else if (others.includes(name))
      errors[namePartBlocks.name] = `Another step has the name ${name} already.`;
    const types = stepKinds.map(([type]) => type);
    const isKnown = types.some((type) => type === step.type);
    const type = isKnown ? readChoice(state, namePartBlocks.type, types, step.type) : step.type;
    const description = describe(step, title, about, name);
    const renamed = withField({ ...step, name }, 'description', description);
    return { step: type === step.type ? renamed : changeStepType(renamed, type), errors };
  },
};

/** What was not touched stays exactly as it was, also where it is longer than the form shows. */
function describe(step: Step, title: string, about: string, name: string): string | undefined {
  const keepsTitle = title === shownTitle(step);
  const keepsAbout = about === '' ? isTooLong(step) : about === aboutOf(step.description);
  const wasEmpty = about === '' && aboutOf(step.description) === '';
  if (keepsTitle && (keepsAbout || wasEmpty) && (step.description !== undefined || name === step.name))
    return step.description;
  const first = keepsTitle ? firstLine(step.description) || title : title;
  const rest = keepsAbout ? aboutOf(step.description) : about;
  if (rest === '' && humanise(name) === first) return undefined;
  return rest === '' ? first : `${first}\n${rest}`;
}

function shownTitle(step: Step): string {
  return clip(stepTitle(step), maxTitleLength);
}

function isTooLong({ description }: Step): boolean {
  return aboutOf(description).length > maxAboutLength;
}

function firstLine(description: string | undefined): string {
  return (description ?? '').trim().split(lineBreak)[0] ?? '';
}

/** What stands below the first line, which is the title. */
function aboutOf(description: string | undefined): string {
  const [, ...rest] = (description ?? '').trim().split(lineBreak);
  return rest.join('\n').trim();
}
