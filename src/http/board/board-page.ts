import type { Workflow } from '../../domain/workflow.ts';
import { type Board, type Column, maxOpen, type WorkflowBoard } from './board-data.ts';
import { html, type SafeHtml } from './html.ts';
import { page } from './layout.ts';
import { endedRow, taskCard } from './task-card.ts';
import type { Viewer } from './viewer.ts';

const nothing = html``;

/** The whole board as one page. */
export function boardPage(viewer: Viewer, { workflows, shown }: Board, now: Date): string {
  return page({
    title: shown === null ? 'Board' : shown.workflow.name,
    viewer,
    place: 'board',
    aside: html`<nav class="aside" aria-label="Workflows">${workflowLinks(workflows, shown?.workflow.id ?? null)}</nav>`,
    main: shown === null ? emptyBoard() : workflowBoard(shown, now),
  });
}

function workflowLinks(workflows: readonly Workflow[], shownId: string | null): SafeHtml {
  if (workflows.length === 0) return nothing;
  const links = workflows.map(({ id, name, status }) => {
    const current = id === shownId ? html` aria-current="page"` : nothing;
    const note = status === 'ACTIVE' ? nothing : html` <span class="chip">${status.toLowerCase()}</span>`;
    return html`<li><a href="/board/workflows/${id}"${current}>${name}${note}</a></li>`;
  });
  return html`<ul>${links}</ul>`;
}

function emptyBoard(): SafeHtml {
  return html`<section class="notice">
    <h1>No workflow yet</h1>
    <p>Type <code>/workflow new</code> in Slack, or send <code>POST /api/workflows</code>. It appears here.</p>
  </section>`;
}

function workflowBoard({ workflow, columns, ended, isCut }: WorkflowBoard, now: Date): SafeHtml {
  const open = columns.reduce((sum, column) => sum + column.tasks.length, 0);
  const count = isCut ? `more than ${maxOpen} open tasks: the newest are shown` : plural(open, 'open task');
  return html`<h1>${workflow.name}</h1>
    ${workflow.description === '' ? nothing : html`<p class="description">${workflow.description}</p>`}
    <p class="meta">${count} · revision ${workflow.revision} · start one with <code>/workflow start ${workflow.slug}</code></p>
    ${columns.length === 0 ? html`<p class="empty">This workflow has no steps yet.</p>` : nothing}
    <ol class="columns" tabindex="0" aria-label="Steps in order">${columns.map((column, index) => columnOf(column, index, now))}</ol>
    <h2>Recently ended</h2>
    ${
      ended.length === 0
        ? html`<p class="empty">No task has ended yet.</p>`
        : html`<ul class="ended">${ended.map((task) => endedRow(task, now))}</ul>`
    }`;
}

function columnOf({ step, tasks }: Column, index: number, now: Date): SafeHtml {
  const heading = step === null ? 'Steps of earlier revisions' : `${index + 1}. ${step.name}`;
  const type =
    step === null ? nothing : html`<p class="type">${step.type.toLowerCase().replace('_', ' ')}</p>`;
  const description = step?.description ? html`<p class="description">${step.description}</p>` : nothing;
  const cards =
    tasks.length === 0
      ? html`<p class="empty">Nothing here</p>`
      : html`<ul class="cards">${tasks.map((task) => taskCard(task, now))}</ul>`;
  return html`<li class="column">
    <h2><span>${heading}</span> <span class="count" title="${plural(tasks.length, 'task')}">${tasks.length}</span></h2>
    ${type}${description}${cards}
  </li>`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
