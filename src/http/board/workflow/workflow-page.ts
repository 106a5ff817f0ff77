import type { Definition, Step } from '../../../domain/definition.ts';
import type { Finding } from '../../../domain/finding.ts';
import type { ScenarioResult } from '../../../domain/rehearsal.ts';
import type { Trigger } from '../../../domain/trigger.ts';
import { triggerKindWords } from '../../../domain/trigger-words.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { explainWorkflowStatus, stepKindWord, workflowStatusWord } from '../../../domain/workflow-words.ts';
import type { BoardAuthoring } from '../board-authoring.ts';
import type { BoardWords } from '../board-words.ts';
import { csrfField } from '../csrf.ts';
import { html, type SafeHtml } from '../html.ts';
import { icon, stepBadge } from '../icons.ts';
import { workflowList } from '../kanban/kanban-page.ts';
import { page } from '../layout.ts';
import { type Labels, mrkdwn } from '../mrkdwn.ts';
import type { Viewer } from '../viewer.ts';
import { explainer } from './explainer.ts';
import { findingsPart, marksOf } from './findings.ts';
import { workflowGraph } from './graph.ts';
import { scenariosPart } from './scenarios-part.ts';
import { workflowLinks } from './workflow-links.ts';

export interface WorkflowPageOptions {
  viewer: Viewer;
  workflows: readonly Workflow[];
  workflow: Workflow;
  definition: Definition;
  triggers: readonly Trigger[];
  canEdit: boolean;
  labels: Labels;
  words: BoardWords;
  authoring: BoardAuthoring;
  findings: readonly Finding[];
  scenarios: readonly ScenarioResult[];
  /** Whether somebody wanted to activate it, and the check keeps it from that. */
  isRefused: boolean;
}

/** A workflow as it is made: its graph, its steps with what can be done with them, and what starts it. */
export function workflowPage(options: WorkflowPageOptions): string {
  const { viewer, workflows, workflow } = options;
  return page({
    title: `${workflow.name}: steps`,
    viewer,
    place: 'board',
    scripts: ['sortable.js', 'workflow.js'],
    aside: workflowList(workflows, workflow.id, viewer),
    main: main(options),
  });
}

function main(options: WorkflowPageOptions): SafeHtml {
  const { workflow, definition, authoring, words, findings } = options;
  const { id, name, description, revision, status } = workflow;
  const { steps } = definition;
  const graph =
    steps.length === 0
      ? html``
      : workflowGraph(
          definition,
          authoring.edges(definition),
          (step) => words.stepTitle(step),
          marksOf(definition, findings),
        );
  return html`<div class="page-head">
      <div>
        <h1>${name}</h1>
        <p class="quiet">${workflowStatusWord(status)} · revision ${revision}${description.trim() === '' ? '' : ` · ${description}`}</p>
      </div>
      <div class="page-tools">${settingsLink(options)}${pauseButton(options)}${workflowLinks(id, 'steps')}</div>
    </div>
    ${stateBanner(options)}
    ${explainer()}
    ${findingsPart(options)}
    ${scenariosPart(options)}
    ${graph}
    ${inputsPart(options)}
    <section class="panel workflow-steps" aria-labelledby="steps-title">
      <h2 id="steps-title">Steps</h2>
      ${steps.length === 0 ? html`<p class="empty">No steps yet. Add the first one below.</p>` : stepList(options)}
      ${addStep(options)}
    </section>
    ${startersPart(options)}
    <p class="hint page-foot">What a form here cannot say, the <a href="/board/workflows/${id}/definition">definition as JSON</a> can.</p>`;
}

/** What somebody fills in to start a task. */
function inputsPart({ workflow, definition, canEdit, authoring, labels }: WorkflowPageOptions): SafeHtml {
  const { fields } = authoring.fields.list({ workflow, definition, step: null });
  const change = canEdit
    ? html`<a class="button button-small" href="/board/workflows/${workflow.id}/inputs" aria-label="Change the inputs">Change</a>`
    : html``;
  const rows = (fields ?? []).map(({ text }) => html`<li>${mrkdwn(text, labels)}</li>`);
  const none = fields === null ? 'Its inputs are said by a JSON Schema.' : 'It asks for nothing.';
  return html`<section class="panel workflow-inputs" aria-labelledby="inputs-title">
    <div class="panel-head"><h2 id="inputs-title">Inputs</h2>${change}</div>
    ${rows.length === 0 ? html`<p class="empty">${none}</p>` : html`<ul class="input-rows">${rows}</ul>`}</section>`;
}

function stateBanner(options: WorkflowPageOptions): SafeHtml {
  const { workflow, definition } = options;
  const text = explainWorkflowStatus(workflow.status, definition.steps.length > 0);
  if (text === '') return html``;
  return html`<div class="banner banner-warn">${icon('pause')} <span>${text}</span> ${statusForm(options, 'ACTIVE')}</div>`;
}

function settingsLink({ workflow, canEdit }: WorkflowPageOptions): SafeHtml {
  return canEdit
    ? html`<a class="button button-quiet" href="/board/workflows/${workflow.id}/settings">Settings</a>`
    : html``;
}

/** What is not active says what it is in a banner, with the button that changes it. */
function pauseButton(options: WorkflowPageOptions): SafeHtml {
  return options.workflow.status === 'ACTIVE' ? statusForm(options, 'PAUSED') : html``;
}

function statusForm(
  { workflow, definition, canEdit, viewer }: WorkflowPageOptions,
  next: 'ACTIVE' | 'PAUSED',
): SafeHtml {
  const isPossible = next === 'PAUSED' || definition.steps.length > 0;
  if (!canEdit || !isPossible) return html``;
  return html`<form method="post" action="/board/workflows/${workflow.id}/status">${csrfField(viewer)}
    <input type="hidden" name="status" value="${next}">
    <button class="button" type="submit">${icon(next === 'PAUSED' ? 'pause' : 'done')} ${next === 'PAUSED' ? 'Pause' : 'Activate'}</button></form>`;
}

function stepList({
  workflow,
  definition,
  canEdit,
  viewer,
  authoring,
  words,
  labels,
}: WorkflowPageOptions): SafeHtml {
  const { steps } = definition;
  const rows = steps.map((step, index) => {
    const title = words.stepTitle(step);
    return html`<li class="step-row" id="step-${step.id}" data-step="${step.id}">
      ${canEdit ? html`<span class="step-handle" aria-hidden="true">⠿</span>` : html``}
      <div class="step-about">
        <h3><span class="place">${index + 1}</span> ${title} ${stepBadge(step.type, stepKindWord(step.type))}</h3>
        <p class="meta">Routes to: ${mrkdwn(authoring.routes(definition, step), labels)}</p>
      </div>
      ${canEdit ? stepButtons(workflow.id, steps, step, index, title) : html``}
    </li>`;
  });
  const form = canEdit
    ? html`<form id="order" method="post" action="/board/workflows/${workflow.id}/order">${csrfField(viewer)}
        <input type="hidden" name="revision" value="${workflow.revision}"><input type="hidden" name="dropped" value=""></form>
      <form id="step-do" method="post" action="/board/workflows/${workflow.id}/step-do">${csrfField(viewer)}
        <input type="hidden" name="revision" value="${workflow.revision}"></form>`
    : html``;
  return html`${form}<ol class="step-rows"${canEdit ? html` data-sortable="order"` : html``}>${rows}</ol>`;
}

function stepButtons(
  workflowId: string,
  steps: readonly Step[],
  step: Step,
  index: number,
  title: string,
): SafeHtml {
  const ids = steps.map(({ id }) => id);
  const move = (to: number, text: string, arrow: string): SafeHtml => {
    const order = ids
      .filter((id) => id !== step.id)
      .toSpliced(to, 0, step.id)
      .join(',');
    const isOff = to < 0 || to >= ids.length;
    return html`<button class="button button-small" form="order" name="order" value="${order}" aria-label="${text} ${title}"${isOff ? html` disabled` : html``}>${arrow}</button>`;
  };
  return html`<div class="buttons">
    <a class="button button-small" href="/board/workflows/${workflowId}/steps/${step.id}" aria-label="Edit ${title}">Edit</a>
    ${move(index - 1, 'Move up:', '↑')}${move(index + 1, 'Move down:', '↓')}
    <button class="button button-small button-quiet" form="step-do" name="duplicate" value="${step.id}" aria-label="Duplicate ${title}">Duplicate</button>
    <a class="button button-small button-quiet button-danger-quiet" href="/board/workflows/${workflowId}/steps/${step.id}/delete" aria-label="Delete ${title}">Delete</a>
  </div>`;
}

const addable = ['USER_MESSAGE', 'HUMAN', 'WAIT', 'PROMPT', 'AGENT', 'TOOL'] as const;

function addStep({ workflow, definition, canEdit }: WorkflowPageOptions): SafeHtml {
  if (!canEdit) return html``;
  const links = addable.map(
    (type) =>
      html`<a class="button button-small" href="/board/workflows/${workflow.id}/add/${type}">${stepBadge(type, stepKindWord(type))}</a>`,
  );
  return html`<div class="add-step"><h3>Add ${definition.steps.length === 0 ? 'a' : 'next'} step</h3><div class="buttons">${links}</div></div>`;
}

function startersPart({
  workflow,
  triggers,
  canEdit,
  viewer,
  authoring,
  labels,
}: WorkflowPageOptions): SafeHtml {
  const rows = triggers.map((trigger) => {
    const { id, name, kind, enabled } = trigger;
    const toggle = canEdit
      ? html`<form method="post" action="/board/workflows/${workflow.id}/triggers/${id}/switch">${csrfField(viewer)}
          <input type="hidden" name="enabled" value="${enabled ? 'off' : 'on'}"><input type="hidden" name="from" value="list">
          <button class="button button-small" type="submit" aria-label="Switch ${enabled ? 'off' : 'on'}: ${name}">Switch ${enabled ? 'off' : 'on'}</button></form>`
      : html``;
    return html`<li class="step-row"><div class="step-about">
      <h3><a href="/board/workflows/${workflow.id}/triggers/${id}">${name}</a> <span class="chip">${triggerKindWords[kind]}</span> ${enabled ? html`<span class="chip chip-good">On</span>` : html`<span class="chip chip-warn">Off</span>`}</h3>
      <p class="meta">${mrkdwn(authoring.trigger(trigger), labels)}</p></div>${toggle}</li>`;
  });
  return html`<section class="panel" aria-labelledby="starters-title"><h2 id="starters-title">Starts by itself</h2>
    ${rows.length === 0 ? html`<p class="empty">Nothing starts this workflow by itself.</p>` : html`<ul class="step-rows">${rows}</ul>`}
    ${canEdit ? addStarter(workflow.id) : html``}</section>`;
}

const starters = [
  ['message', 'For messages'],
  ['reaction', 'For an emoji'],
  ['schedule', 'By the clock'],
  ['intake', 'An intake for programs'],
] as const;

function addStarter(workflowId: string): SafeHtml {
  const links = starters.map(
    ([kind, text]) =>
      html`<a class="button button-small" href="/board/workflows/${workflowId}/new-trigger/${kind}">${text}</a>`,
  );
  return html`<div class="add-step"><h3>Add what starts it</h3><div class="buttons">${links}</div></div>`;
}
