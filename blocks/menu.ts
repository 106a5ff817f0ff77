import type { Button, KnownBlock } from '@slack/types';
import type { Workflow } from '../src/domain/workflow.ts';
import { actionIds } from './action-ids.ts';
import { actions, bold, button, context, header, message, section, simpleMessage } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { describeWorkflowStatus } from './workflow-words.ts';

/** What `/workflow` understands. */
export type Verb = 'help' | 'list' | 'new' | 'start' | 'status';

/** What was meant, perhaps; null when nothing is near. */
export type Suggestion = { kind: 'verb'; verb: Verb } | { kind: 'workflow'; workflow: Workflow } | null;

const maxInMenu = 8;
/** Two blocks each, of the fifty that a message may have. */
const maxInList = 20;
const maxAmbiguous = 20;
const maxTypedLength = 80;

const verbTexts: Record<Verb, { does: string; example: string }> = {
  start: { does: 'Starts a task', example: '/workflow start refund-approval' },
  status: { does: 'Shows your latest tasks, or one task', example: '/workflow status' },
  list: { does: 'Lists the workflows', example: '/workflow list' },
  new: { does: 'Makes a new workflow', example: '/workflow new' },
  help: { does: 'Shows this', example: '/workflow help' },
};

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
      button({ text: 'Help', actionId: actionIds.showHelp }),
    ]),
  ]);
}

/** What this person may type, each with an example. */
export function helpMessage({ verbs }: { verbs: readonly Verb[] }): Message {
  const lines = verbs.map((verb) => `\`${verbTexts[verb].example}\`  ${verbTexts[verb].does}`);
  return message(`You can type: ${verbs.map((verb) => verbTexts[verb].example).join(', ')}`, [
    header('What you can type'),
    section(lines.join('\n')),
    context(
      'A workflow is called by its name, in any case, or by the beginning of its name. `/workflow` alone opens the menu.',
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
    return simpleMessage(
      `I do not know ${said}. Did you mean \`/workflow ${suggestion.verb}\`?`,
      actions([button({ text: 'Help', actionId: actionIds.showHelp })]),
    );
  }
  const { workflow } = suggestion;
  return simpleMessage(
    `No workflow is called ${said}. Did you mean ${bold(clip(workflow.name, maxTypedLength))}?`,
    actions([workflowButton(workflow)]),
  );
}

/** Several workflows begin with what was typed: one click chooses. */
export function ambiguousName({ verb, workflows }: { verb: Verb; workflows: readonly Workflow[] }): Message {
  const shown = workflows.slice(0, maxAmbiguous);
  const actionId = verb === 'start' ? actionIds.openStart : actionIds.showWorkflow;
  const buttons = shown.map(({ id, name }, index) =>
    button({ text: name, actionId: `${actionId}:${index}`, value: id }),
  );
  const more =
    workflows.length > maxAmbiguous
      ? [context(`… and ${workflows.length - maxAmbiguous} more. Type a little more of the name.`)]
      : [];
  const names = shown.map(({ name }) => clip(inline(name), maxTypedLength)).join(', ');
  return message(`Which workflow do you mean? ${names}`, [
    section('Which workflow do you mean?'),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
    ...more,
  ]);
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
