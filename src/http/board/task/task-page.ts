import type { Workflow } from '../../../domain/workflow.ts';
import { taskRef } from '../../../domain/ids.ts';
import type { BoardForms } from '../board-forms.ts';
import type { PersonChoice } from '../board-people.ts';
import type { BoardWords } from '../board-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { icon } from '../icons.ts';
import { page } from '../layout.ts';
import { type Labels, localTime, mrkdwn, plainMrkdwn } from '../mrkdwn.ts';
import type { Viewer } from '../viewer.ts';
import type { ShownTask } from './read-task.ts';
import { answerPanel, type Returned } from './task-answer.ts';
import { taskLog } from './task-log.ts';
import { steeringPanel } from './task-steering.ts';
import { stepList, textsOfSteps } from './task-steps.ts';

export interface TaskPageOptions extends ShownTask {
  viewer: Viewer;
  /** Null for a task of a workflow that this person does not see, but is asked in. */
  workflow: Workflow | null;
  people: readonly PersonChoice[];
  words: BoardWords;
  forms: BoardForms;
  labels: Labels;
  /** In mrkdwn; what became of what the person did. */
  notice: { kind: 'refused' | 'done'; text: string } | null;
  returned: Returned | null;
}

/** Everything about one task, and what can be done with it. */
export function taskPage(options: TaskPageOptions): string {
  const { view, viewer, words, labels } = options;
  const title = plainMrkdwn(titleOf(options), labels);
  return page({
    title: `${title} #${taskRef(view.execution.id)}`,
    viewer,
    place: 'board',
    scripts: ['live.js'],
    main: main(options, words, labels),
  });
}

/** All texts whose mentions are to get names. */
export function textsOfTask(options: Omit<TaskPageOptions, 'labels'>): string[] {
  const { view, words, events, now, notice, why } = options;
  const { execution, definition } = view;
  return [
    titleOf(options),
    words.status(execution, definition),
    words.mention(execution.startedBy),
    ...execution.waitingFor.map((recipient) => words.recipient(recipient)),
    ...textsOfSteps(view, words),
    ...events.map(({ actor }) => words.mention(actor)),
    ...(now.kind === 'nothing' || now.refusal === null ? [] : [now.refusal]),
    ...(notice === null ? [] : [notice.text]),
    ...words.ending(view),
    ...(why === null ? [] : words.why(view, why)),
  ];
}

function main(options: TaskPageOptions, words: BoardWords, labels: Labels): SafeHtml {
  const { view, events, workflow, notice, viewer, forms, now, returned } = options;
  const { execution } = view;
  const { id } = execution;
  return html`<div id="task" data-live-task="/board/events?task=${id}" data-page="/board/tasks/${id}" data-version="${execution.v}">
    <div class="page-head">
      <div id="task-head">
        <p class="crumbs">${workflow === null ? execution.workflowName : html`<a href="/board/workflows/${workflow.id}">${execution.workflowName}</a>`} <span aria-hidden="true">›</span> <span class="ref">#${taskRef(id)}</span></p>
        <h1>${mrkdwn(titleOf(options), labels)}</h1>
        <p class="task-status">${mrkdwn(words.status(execution, view.definition), labels)}</p>
      </div>
      <p class="live" id="live-state" role="status">${icon('clock')} <span>As of now</span></p>
    </div>
    ${notice === null ? html`` : html`<p class="notice notice-${notice.kind}" role="alert">${icon(notice.kind === 'done' ? 'done' : 'stop')} <span>${mrkdwn(notice.text, labels)}</span></p>`}
    <div class="task-layout" id="task-body">
      <div class="task-main">
        ${words.ending(view).map((text) => html`<p class="banner banner-warn">${icon('stop')} <span>${mrkdwn(text, labels)}</span></p>`)}
        ${answerPanel({ taskId: id, now, returned, viewer, forms, labels })}
        ${whyPanel(options)}
        ${stepList(view, words, labels)}
        ${taskLog(events, words, labels)}
      </div>
      <div class="task-side">
        ${steeringPanel(options)}
        ${factsPanel(options, words, labels)}
      </div>
    </div>
  </div>`;
}

function whyPanel({ view, why, words, labels }: TaskPageOptions): SafeHtml {
  if (why === null) return html``;
  const lines = words.why(view, why).map((text) => html`<p>${mrkdwn(text, labels)}</p>`);
  return html`<section class="panel why" aria-labelledby="why-title"><h2 id="why-title">Why it is here</h2>${lines}</section>`;
}

function factsPanel({ view }: TaskPageOptions, words: BoardWords, labels: Labels): SafeHtml {
  const { execution } = view;
  const { startedBy, createdAt, endedAt, expiresAt, revision } = execution;
  const inputs = words.inputs(view);
  return html`<section class="panel" aria-labelledby="inputs-title">
      <h2 id="inputs-title">Started with</h2>
      ${inputs.length === 0 ? html`<p class="empty">Nothing was given.</p>` : html`<dl class="facts">${inputs.map(({ label, text }) => html`<dt>${label}</dt><dd>${mrkdwn(text, labels)}</dd>`)}</dl>`}
    </section>
    <section class="panel" aria-labelledby="facts-title">
      <h2 id="facts-title">About this task</h2>
      <dl class="facts">
        <dt>Requested by</dt><dd>${mrkdwn(words.mention(startedBy), labels)}</dd>
        <dt>Started</dt><dd>${localTime(createdAt)}</dd>
        ${endedAt === null ? html`<dt>Expires</dt><dd>${localTime(expiresAt)}</dd>` : html`<dt>Ended</dt><dd>${localTime(endedAt)}</dd>`}
        <dt>Revision</dt><dd>${revision}</dd>
        <dt>Id</dt><dd class="ref">${execution.id}</dd>
      </dl>
    </section>`;
}

function titleOf({ view, words }: Pick<TaskPageOptions, 'view' | 'words'>): string {
  const { execution, definition } = view;
  return words.subject(execution, definition).replace(/^“(.*)”$/, '$1') || 'Task';
}
