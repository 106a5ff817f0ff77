import type { Button, KnownBlock } from '@slack/types';
import type { Workflow } from '../src/domain/workflow.ts';
import { actionIds } from './action-ids.ts';
import { actions, bold, button, context, header, message, section, simpleMessage } from './elements.ts';
import { commandButtons, commandText } from './command-buttons.ts';
import { draftActions } from './drafts/draft-ids.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { type Verb, verbWords } from './verbs.ts';
import { describeWorkflowStatus } from './workflow-words.ts';

/**
 * What was meant, perhaps; null when nothing is near. `rest`: what else was typed, which the suggestion keeps.
 * `verb` of a workflow: what is to be done with it.
 */
export type Suggestion =
  | { kind: 'verb'; verb: Verb; rest?: string }
  | { kind: 'workflow'; workflow: Workflow; verb?: Verb; rest?: string }
  | null;

const maxInMenu = 8;
/** Two blocks each, of the fifty that a message may have. */
const maxInList = 20;
const maxAmbiguous = 20;
const maxTypedLength = 80;

/** What a bare `/workflow` shows: workflows to start, and the way to everything else. */
export function menuMessage({ workflows }: { workflows: readonly Workflow[] }): Message {
  const active = workflows.filter(({ status }) => status === 'ACTIVE');
  const rows = active.slice(0, maxInMenu).map((workflow) => workflowRow(workflow));
  const more =
    active.length > maxInMenu ? [context(`… and ${active.length - maxInMenu} more in the list`)] : [];
  return message('What would you like to do? Start a workflow, look at your tasks, or make a new workflow.', [
    header('What would you like to do?'),
    ...(rows.length === 0 ? [section('There is no workflow to start yet.')] : rows),
    ...more,
    actions([
      button({ text: 'My tasks', actionId: actionIds.showTasks }),
      button({ text: 'All workflows', actionId: actionIds.showList }),
      button({ text: 'New workflow', actionId: actionIds.openNew }),
      button({ text: 'Draft one from words', actionId: draftActions.describe }),
      button({ text: 'Help', actionId: actionIds.showHelp }),
    ]),
  ]);
}

/** What this person may type, each with an example. */
export function helpMessage({ verbs }: { verbs: readonly Verb[] }): Message {
  const lines = verbs.map((verb) => `\`${verbWords[verb].example}\`  ${verbWords[verb].does}`);
  return message(`You can type: ${verbs.map((verb) => verbWords[verb].example).join(', ')}`, [
    header('What you can type'),
    section(lines.join('\n')),
    context(
      'A workflow is called by its name, in any case, or by the beginning of its name; a task by the six characters after the # on its card. Without one, you choose from a list. `/workflow` alone opens the menu.',
    ),
    context(
      'In the thread of a task, mention me: I answer with that task and its buttons. The same is behind “More actions” of every message.',
    ),
  ]);
}

/** All workflows with what can be done with each. */
export function workflowList({ workflows }: { workflows: readonly Workflow[] }): Message {
  if (workflows.length === 0) {
    return simpleMessage(
      'There is no workflow yet.',
      actions([button({ text: 'New workflow', actionId: actionIds.openNew, style: 'primary' })]),
    );
  }
  const names = workflows.slice(0, maxInList).map(({ name }) => clip(inline(name), maxTypedLength));
  const rest =
    workflows.length > maxInList
      ? [
          context(
            `These are the first ${maxInList} of ${workflows.length}. For another one, type \`/workflow start\` and the beginning of its name.`,
          ),
        ]
      : [];
  return message(`Workflows: ${names.join(', ')}`, [
    header('Workflows'),
    ...workflows.slice(0, maxInList).flatMap(workflowEntry),
    ...rest,
  ]);
}

/** Answers what was not understood, with what was probably meant. */
export function didYouMean({ typed, suggestion }: { typed: string; suggestion: Suggestion }): Message {
  const said = `“${clip(inline(typed), maxTypedLength)}”`;
  if (suggestion === null) {
    return simpleMessage(
      `Nothing here is called ${said}.`,
      actions([
        button({ text: 'All workflows', actionId: actionIds.showList }),
        button({ text: 'Help', actionId: actionIds.showHelp }),
      ]),
    );
  }
  if (suggestion.kind === 'verb') {
    const command = commandText(suggestion.verb, suggestion.rest ?? '');
    const shown = clip(inline(command).replaceAll('`', '’'), maxTypedLength);
    return simpleMessage(
      `I do not know ${said}. Did you mean \`/workflow ${shown}\`?`,
      actions([
        ...commandButtons([{ text: `Yes, ${suggestion.verb}`, command, style: 'primary' }]),
        button({ text: 'Help', actionId: actionIds.showHelp }),
      ]),
    );
  }
  const { workflow, verb = 'start', rest = '' } = suggestion;
  const name = bold(clip(workflow.name, maxTypedLength));
  const choice =
    verb === 'start' && workflow.status !== 'ACTIVE'
      ? [workflowButton(workflow)]
      : commandButtons([
          {
            text: verb === 'start' ? 'Start' : `Yes, ${verb} it`,
            command: commandFor(verb, workflow, rest),
            label: `${verbTitle(verb)} ${workflow.name}`,
          },
        ]);
  return simpleMessage(`No workflow is called ${said}. Did you mean ${name}?`, actions(choice));
}

/** Several workflows begin with what was typed: one click chooses. */
export function ambiguousName(options: {
  verb: Verb;
  workflows: readonly Workflow[];
  /** What else was typed; kept. */
  rest?: string;
}): Message {
  return choiceOfWorkflows({ ...options, question: 'Which workflow do you mean?' });
}

/** A verb was typed without a name: one click says with which workflow to do it. */
export function whichWorkflow({ verb, workflows }: { verb: Verb; workflows: readonly Workflow[] }): Message {
  const { which, none } = verbWords[verb].asks ?? {
    which: `Which workflow do you want to ${verb}?`,
    none: `There is no workflow that you could ${verb}.`,
  };
  if (workflows.length > 0) return choiceOfWorkflows({ verb, workflows, question: which });
  return simpleMessage(none, actions([button({ text: 'All workflows', actionId: actionIds.showList })]));
}

function choiceOfWorkflows({
  verb,
  workflows,
  rest = '',
  question,
}: {
  verb: Verb;
  workflows: readonly Workflow[];
  rest?: string;
  question: string;
}): Message {
  const shown = workflows.slice(0, maxAmbiguous);
  const buttons = commandButtons(
    shown.map((workflow) => ({ text: workflow.name, command: commandFor(verb, workflow, rest) })),
  );
  const more =
    workflows.length > maxAmbiguous
      ? [context(`… and ${workflows.length - maxAmbiguous} more. Type a little more of the name.`)]
      : [];
  const names = shown.map(({ name }) => clip(inline(name), maxTypedLength)).join(', ');
  return message(`${question} ${names}`, [
    section(question),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
    ...more,
  ]);
}

/** What would be typed to do this with this workflow. */
function commandFor(verb: Verb, { slug }: Workflow, rest: string): string {
  return commandText(`${verb} ${slug}`, rest);
}

function verbTitle(verb: Verb): string {
  return `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;
}

/** One workflow in the list of all: as in `workflowRow`, with everything that can be done with it. */
function workflowEntry(workflow: Workflow): KnownBlock[] {
  const { id, name, status } = workflow;
  const open = button({ text: 'Open', actionId: actionIds.showWorkflow, value: id, label: `Open ${name}` });
  const buttons = status === 'ACTIVE' ? [workflowButton(workflow), open] : [open];
  return [section(describeWorkflow(workflow)), actions(buttons)];
}

/** One workflow among others: name, state, what it is for, and a button. */
export function workflowRow(workflow: Workflow): KnownBlock {
  return section(describeWorkflow(workflow), workflowButton(workflow));
}

function describeWorkflow(workflow: Workflow): string {
  const { name, status, description, slug } = workflow;
  const state = status === 'ACTIVE' ? '' : `  ·  ${describeWorkflowStatus(status)}`;
  const about = clip(inline(description), 120);
  const lines = [`${bold(clip(name, maxTypedLength))}  \`${clip(inline(slug), 60)}\`${state}`, about];
  return lines.filter((line) => line !== '').join('\n');
}

function workflowButton({ id, name, status }: Workflow): Button {
  return status === 'ACTIVE'
    ? button({ text: 'Start', actionId: actionIds.openStart, value: id, label: `Start ${name}` })
    : button({ text: 'Open', actionId: actionIds.showWorkflow, value: id, label: `Open ${name}` });
}
