import type { ActionsBlock, KnownBlock, SectionBlock } from '@slack/types';
import type { Definition, Step } from '../src/domain/definition.ts';
import type { Finding } from '../src/domain/finding.ts';
import type { StepResources } from '../src/domain/step-resources.ts';
import { explainWorkflowStatus } from '../src/domain/workflow-words.ts';
import type { ScenarioResult } from '../src/domain/rehearsal.ts';
import type { Trigger } from '../src/domain/trigger.ts';
import type { Workflow } from '../src/domain/workflow.ts';
import { actionIds } from './action-ids.ts';
import { listenerActions } from './agent-listeners/listener-ids.ts';
import { authoringActions, encodeCardPage, encodeStepAction } from './authoring/authoring-ids.ts';
import { deadlinePart } from './authoring/part-deadline.ts';
import { reminderPart } from './authoring/part-reminder.ts';
import { visitsPart } from './authoring/part-visits.ts';
import { pageOf, pageStart, splitPages } from './authoring/card-pages.ts';
import { stepText as templateOf } from './authoring/step-text.ts';
import { checkActions } from './check/check-ids.ts';
import { checkLine } from './check/check-message.ts';
import { startSmall } from './decision-words.ts';
import { actions, bold, button, context, divider, header, message, option, section } from './elements.ts';
import { clip, escapeBody, inline, oneLine } from './escape.ts';
import { listFields } from './form-field.ts';
import { formFromSchema } from './form-from-schema.ts';
import { limits } from './limits.ts';
import type { Message } from './message.ts';
import { mention, slackTime } from './people.ts';
import { runLines, warnOfRun } from './run-step-words.ts';
import { rehearsalActions } from './rehearsal/rehearsal-ids.ts';
import { revisionActions } from './revisions/revision-ids.ts';
import { scenariosLine } from './rehearsal/scenario-lines.ts';
import { stepTitle } from './task-view.ts';
import { starterBlocks } from './triggers/starters.ts';
import { triggerActions } from './triggers/trigger-ids.ts';
import {
  describeAssignees,
  describeRoutes,
  describeWorkflowStatus,
  stepBadge,
  warnOfRoutes,
} from './workflow-words.ts';

export interface WorkflowView {
  workflow: Workflow;
  definition: Definition;
  /** The name of the team that owns it. Default: none is shown. */
  teamName?: string | null;
  /** Which of the pages of steps; the first is 0. Default: the one with `stepId`. */
  page?: number;
  /** A step that is to be seen. Default: the first. */
  stepId?: string;
  /** What models and tools there are, to name agents and warn of what is missing. Default: nothing is said of them. */
  resources?: StepResources | null;
  /** What its check has found. Default: nothing is said of it. */
  findings?: readonly Finding[] | null;
  /** How its scenarios end now. Default: nothing is said of them. */
  scenarios?: readonly ScenarioResult[];
  /** What starts it without a person asking for each task. Default: nothing. */
  triggers?: readonly Trigger[];
  /** False where whoever sees it may not change it. Default: true, because a card in a channel is seen by many. */
  canEdit?: boolean;
}

type CardButton = ActionsBlock['elements'][number];

const maxInputsShown = 15;
const maxStepLength = 900;
const maxStartersShown = 5;

/** A workflow as people edit it: its state, its steps and where they lead, what it asks for, and what can be done. */
export function workflowCard(view: WorkflowView): Message {
  const { workflow, definition, canEdit = true, teamName = null } = view;
  const status = describeWorkflowStatus(workflow.status);
  const hint = explainWorkflowStatus(workflow.status, definition.steps.length > 0);
  const description = workflow.description.trim();
  const count = definition.steps.length;
  const owner = teamName === null ? '' : `  ·  Owned by ${clip(inline(teamName), 100)}`;
  return message(
    `${clip(inline(workflow.name), 200)}: ${status}, ${count} ${count === 1 ? 'step' : 'steps'}. ${hint}`.trim(),
    [
      header(clip(oneLine(workflow.name), limits.headerText)),
      context(
        `${status}  ·  Revision ${workflow.revision}${owner}  ·  Made by ${mention(workflow.createdBy)}, changed ${slackTime(workflow.updatedAt)}`,
      ),
      ...(hint === '' ? [] : [section(hint)]),
      ...(description === '' ? [] : [section(clip(escapeBody(description), 1_000))]),
      context(inputsLine(definition)),
      ...scenarioBlocks(view),
      divider(),
      ...stepsBlocks(view),
      divider(),
      ...starterBlocks(view.triggers ?? [], {
        max: maxStartersShown,
        canEdit: canEdit && workflow.status !== 'ARCHIVED',
      }),
      ...checkBlocks(view),
      ...buttonRows(workflow, count > 0, canEdit),
    ],
  );
}

/** How its check has ended, where there is anything to check. */
function checkBlocks({ workflow, definition, findings = null }: WorkflowView): KnownBlock[] {
  if (findings === null || definition.steps.length === 0 || workflow.status === 'ARCHIVED') return [];
  return [context(checkLine(findings))];
}

function buttonRows(workflow: Workflow, hasSteps: boolean, canEdit: boolean): KnownBlock[] {
  const rows = [
    statusButtons(workflow, hasSteps, canEdit),
    ...(canEdit ? editButtons(workflow) : []),
    hasSteps ? rehearsalButtons(workflow) : [],
  ];
  return rows.filter((row) => row.length > 0).map((row) => actions(row));
}

function statusButtons({ id, status }: Workflow, hasSteps: boolean, canEdit: boolean): CardButton[] {
  const activate = button({ text: 'Activate', actionId: actionIds.activate, value: id, style: 'primary' });
  switch (status) {
    case 'DRAFT':
      return hasSteps && canEdit ? [activate] : [];
    case 'PAUSED':
      return canEdit ? [activate] : [];
    case 'ACTIVE':
      return [
        button({ text: 'Start', actionId: actionIds.openStart, value: id, style: 'primary' }),
        ...(canEdit ? [button({ text: 'Pause', actionId: actionIds.pause, value: id })] : []),
      ];
    case 'ARCHIVED':
      return [button({ text: 'Show', actionId: actionIds.showWorkflow, value: id })];
  }
}

function rehearsalButtons({ id, status, revision }: Workflow): CardButton[] {
  if (status === 'ARCHIVED') return [];
  return [
    button({ text: 'Rehearse', actionId: rehearsalActions.begin, value: id }),
    button({ text: 'Try everything', actionId: rehearsalActions.explore, value: id }),
    button({ text: 'Scenarios', actionId: rehearsalActions.showScenarios, value: id }),
    ...(revision > 1
      ? [button({ text: 'What changed', actionId: revisionActions.showDiff, value: id })]
      : []),
  ];
}

function scenarioBlocks({ scenarios = [], ...tested }: WorkflowView): KnownBlock[] {
  const line = scenariosLine(tested, scenarios);
  return line === '' ? [] : [context(line)];
}

function editButtons({ id, status }: Workflow): CardButton[][] {
  if (status === 'ARCHIVED') return [];
  return [
    [
      button({ text: 'Add message', actionId: actionIds.addMessageStep, value: id }),
      button({ text: 'Add decision', actionId: actionIds.addHumanStep, value: id }),
      button({ text: 'Add another step', actionId: authoringActions.addOtherStep, value: id }),
    ],
    [
      button({ text: 'Inputs', actionId: authoringActions.editInputs, value: id }),
      button({ text: 'Settings', actionId: authoringActions.editSettings, value: id }),
      button({ text: 'Export', actionId: authoringActions.exportFile, value: id }),
      button({ text: 'Check', actionId: checkActions.check, value: id }),
      button({ text: 'Starts by itself', actionId: triggerActions.show, value: id }),
      button({ text: 'Listeners', actionId: listenerActions.show, value: id }),
    ],
  ];
}

/** What a workflow asks for when it is started, in mrkdwn. */
export function inputsLine({ inputsSchema }: Definition): string {
  const fields = listFields(formFromSchema(inputsSchema));
  if (fields.length === 0) return 'Asks for nothing when it is started.';
  const shown = fields
    .slice(0, maxInputsShown)
    .map(({ label, required }) => `${clip(inline(label), 60)}${required ? '' : ' (optional)'}`);
  const more = fields.length > maxInputsShown ? ` and ${fields.length - maxInputsShown} more` : '';
  return `*Asks for:* ${shown.join(', ')}${more}`;
}

function stepsBlocks(view: WorkflowView): KnownBlock[] {
  const { workflow, definition, page, stepId, canEdit = true } = view;
  const { steps } = definition;
  if (steps.length === 0) return [section('No steps yet.')];
  const pages = splitPages(steps.map((step, index) => stepText(view, step, index)));
  const seen = pageOf(
    pages,
    Math.max(
      steps.findIndex(({ id }) => id === stepId),
      0,
    ),
  );
  const shownPage = Math.min(Math.max(page ?? seen, 0), pages.length - 1);
  const first = pageStart(pages, shownPage);
  const shown = pages[shownPage] ?? [];
  const menus = canEdit && workflow.status !== 'ARCHIVED';
  return [
    ...shown.map((text, index) => {
      const step = steps[first + index];
      return section(text, menus && step !== undefined ? stepMenu(workflow, steps, step) : undefined);
    }),
    ...(pages.length === 1
      ? []
      : pageBlocks(workflow.id, shownPage, pages.length, { first, count: shown.length, of: steps.length })),
  ];
}

/** A step with all that can be said about it, for a section of its own. */
export function stepText(
  { definition, resources = null }: Pick<WorkflowView, 'definition' | 'resources'>,
  step: Step,
  index: number,
): string {
  const description = oneLine(step.description ?? '');
  const about = [description === stepTitle(step) ? '' : description, templateOf(step)]
    .map((text) => clip(inline(text), 160))
    .filter((text) => text !== '')
    .map((text) => `> ${text}`);
  const title = `${index + 1}. ${bold(stepTitle(step))}  ·  ${stepBadge(step)} ${describeAssignees(step, resources?.agents)}`;
  const runs = runLines(step);
  const routes = clip(`Routes to: ${describeRoutes(definition, step)}`, 400);
  const warnings = [...warnOfRoutes(definition, step), ...warnOfRun(step, resources)];
  const lines = [title, ...about, ...runs, routes, ...timeLines(definition, step), ...warnings];
  return clip(lines.join('\n'), maxStepLength);
}

/** When people are reminded, what happens when nobody answers, and how often it may go round, so that nobody is in doubt. */
function timeLines(definition: Definition, step: Step): string[] {
  const context = { workflow: definition, definition, step, hasPickers: false };
  const { reminder, deadline } = timesOf(step);
  const words = [
    ...(reminder ? [`⏰ Reminder: ${startSmall(reminderPart.summary(context))}`] : []),
    ...(deadline ? [`⌛ Deadline: ${startSmall(deadlinePart.summary(context))}`] : []),
    ...(step.maxVisits === undefined ? [] : [`🔁 Repeats: ${startSmall(visitsPart.summary(context))}`]),
  ];
  return words.length === 0 ? [] : [clip(words.join('  ·  '), 300)];
}

function timesOf(step: Step): { reminder: boolean; deadline: boolean } {
  if (step.type !== 'HUMAN' && step.type !== 'USER_MESSAGE') return { reminder: false, deadline: false };
  return { reminder: step.reminder !== undefined, deadline: step.deadline !== undefined };
}

function stepMenu(
  { id: workflowId, revision }: Workflow,
  steps: readonly Step[],
  step: Step,
): NonNullable<SectionBlock['accessory']> {
  const index = steps.indexOf(step);
  const choices = [
    ['edit', 'Edit'],
    ...(index > 0 ? [['up', 'Move up']] : []),
    ...(index < steps.length - 1 ? [['down', 'Move down']] : []),
    ['duplicate', 'Duplicate'],
    ['delete', 'Delete…'],
  ] as ['edit' | 'up' | 'down' | 'duplicate' | 'delete', string][];
  return {
    type: 'overflow',
    action_id: authoringActions.stepMenu,
    options: choices.map(([verb, text]) =>
      option(text, encodeStepAction({ workflowId, stepId: step.id, verb, revision })),
    ),
  };
}

function pageBlocks(
  workflowId: string,
  page: number,
  pages: number,
  { first, count, of }: { first: number; count: number; of: number },
): KnownBlock[] {
  const to = (target: number, text: string): CardButton =>
    button({
      text,
      actionId: `${authoringActions.showPage}:${target}`,
      value: encodeCardPage({ workflowId, page: target }),
    });
  return [
    context(`Steps ${first + 1} to ${first + count} of ${of}`),
    actions([
      ...(page > 0 ? [to(page - 1, 'Earlier steps')] : []),
      ...(page < pages - 1 ? [to(page + 1, 'Later steps')] : []),
    ]),
  ];
}
