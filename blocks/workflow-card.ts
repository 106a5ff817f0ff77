import type { KnownBlock } from '@slack/types';
import type { Definition, Step } from '../src/domain/definition.ts';
import type { Workflow } from '../src/domain/workflow.ts';
import { actionIds, encodeStepRef } from './action-ids.ts';
import { actions, bold, button, context, divider, header, message, option, section } from './elements.ts';
import { clip, escapeBody, inline, oneLine } from './escape.ts';
import { fitLines, groupLines } from './fit-lines.ts';
import { listFields } from './form-field.ts';
import { formFromSchema } from './form-from-schema.ts';
import { limits } from './limits.ts';
import type { Message } from './message.ts';
import { mention, slackTime } from './people.ts';
import { stepTitle, uniqueStepTitle } from './task-view.ts';
import {
  describeAssignees,
  describeRoutes,
  describeWorkflowStatus,
  explainWorkflowStatus,
  stepBadge,
  warnOfRoutes,
} from './workflow-words.ts';

export interface WorkflowView {
  workflow: Workflow;
  definition: Definition;
}

/** Up to here, and as long as there is room, each step has a button of its own; more share one menu. */
const maxStepsWithButton = 12;
const maxSteps = { chars: 8_500, lines: 100 };
const maxInputsShown = 15;

/** A workflow as people edit it: its state, its steps and where they lead, what it asks for, and what can be done. */
export function workflowCard(view: WorkflowView): Message {
  const { workflow, definition } = view;
  const status = describeWorkflowStatus(workflow.status);
  const hint = explainWorkflowStatus(workflow.status, definition.steps.length > 0);
  const description = workflow.description.trim();
  const count = definition.steps.length;
  return message(
    `${clip(inline(workflow.name), 200)}: ${status}, ${count} ${count === 1 ? 'step' : 'steps'}. ${hint}`.trim(),
    [
      header(clip(oneLine(workflow.name), limits.headerText)),
      context(
        `${status}  ·  Revision ${workflow.revision}  ·  Made by ${mention(workflow.createdBy)}, changed ${slackTime(workflow.updatedAt)}`,
      ),
      ...(hint === '' ? [] : [section(hint)]),
      ...(description === '' ? [] : [section(clip(escapeBody(description), 1_000))]),
      ...inputsBlocks(definition),
      divider(),
      ...stepsBlocks(definition),
      divider(),
      actions(cardButtons(workflow, count > 0)),
    ],
  );
}

function cardButtons({ id, status }: Workflow, hasSteps: boolean): ReturnType<typeof button>[] {
  const add = [
    button({ text: 'Add message', actionId: actionIds.addMessageStep, value: id }),
    button({ text: 'Add decision', actionId: actionIds.addHumanStep, value: id }),
  ];
  const activate = button({ text: 'Activate', actionId: actionIds.activate, value: id, style: 'primary' });
  switch (status) {
    case 'DRAFT':
      return hasSteps ? [...add, activate] : add;
    case 'PAUSED':
      return [...add, activate];
    case 'ACTIVE':
      return [
        button({ text: 'Start', actionId: actionIds.openStart, value: id, style: 'primary' }),
        ...add,
        button({ text: 'Pause', actionId: actionIds.pause, value: id }),
      ];
    case 'ARCHIVED':
      return [button({ text: 'Show', actionId: actionIds.showWorkflow, value: id })];
  }
}

function inputsBlocks({ inputsSchema }: Definition): KnownBlock[] {
  const fields = listFields(formFromSchema(inputsSchema));
  if (fields.length === 0) return [context('Asks for nothing when it is started.')];
  const shown = fields
    .slice(0, maxInputsShown)
    .map(({ label, required }) => `${clip(inline(label), 60)}${required ? '' : ' (optional)'}`);
  const more = fields.length > maxInputsShown ? ` and ${fields.length - maxInputsShown} more` : '';
  return [context(`*Asks for:* ${shown.join(', ')}${more}`)];
}

function stepsBlocks(definition: Definition): KnownBlock[] {
  const { steps } = definition;
  if (steps.length === 0) return [section('No steps yet.')];
  const texts = steps.map((step, index) => stepText(definition, step, index));
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (steps.length <= maxStepsWithButton && length <= maxSteps.chars) {
    return steps.map((step, index) => section(texts[index] ?? '', routesButton(definition, step)));
  }
  const lines = steps.map((step, index) => ({
    full: stepLine(definition, step, index),
    short: `${index + 1}. ${bold(stepTitle(step))}`,
  }));
  const fitted = fitLines(lines, maxSteps, (count) => `… ${count} earlier steps, not shown here`);
  return [...groupLines(fitted).map((text) => section(text)), routesMenu(definition)];
}

/** A step with all that can be said about it, for a section of its own. */
function stepText(definition: Definition, step: Step, index: number): string {
  const template = step.type === 'WAIT' ? '' : step.inputsTemplate.message;
  const description = oneLine(step.description ?? '');
  const about = [description === stepTitle(step) ? '' : description, template]
    .map((text) => clip(inline(text), 160))
    .filter((text) => text !== '')
    .map((text) => `> ${text}`);
  const routes = clip(`Routes to: ${describeRoutes(definition, step)}`, 400);
  return [titleLine(step, index), ...about, routes, ...warnOfRoutes(definition, step)].join('\n');
}

/** A step among many. */
function stepLine(definition: Definition, step: Step, index: number): string {
  const routes = clip(`Routes to: ${describeRoutes(definition, step)}`, 120);
  const line = clip(`${titleLine(step, index)}  ·  ${routes}`, 400);
  return [line, ...warnOfRoutes(definition, step).slice(0, 1)].join('\n');
}

function titleLine(step: Step, index: number): string {
  return `${index + 1}. ${bold(stepTitle(step))}  ·  ${stepBadge(step)} ${describeAssignees(step)}`;
}

function routesButton({ workflowId }: Definition, step: Step): ReturnType<typeof button> {
  return button({
    text: 'Change routes',
    actionId: actionIds.routeStep,
    value: encodeStepRef({ workflowId, stepId: step.id }),
    label: `Change the routes of ${stepTitle(step)}`,
  });
}

function routesMenu({ workflowId, steps }: Definition): KnownBlock {
  const options = steps
    .slice(-limits.selectOptions)
    .map((step) => option(uniqueStepTitle(steps, step), encodeStepRef({ workflowId, stepId: step.id })));
  return section('Choose where a step leads:', {
    type: 'static_select',
    action_id: actionIds.routeStep,
    placeholder: { type: 'plain_text', text: 'Choose a step', emoji: false },
    options,
  });
}
