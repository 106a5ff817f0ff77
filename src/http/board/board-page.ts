import type { Workflow } from '../../domain/workflow.ts';
import { type Board, type Column, maxOpen, type WorkflowBoard } from './board-data.ts';
import { html, type SafeHtml } from './html.ts';
import { endedRow, taskCard } from './task-card.ts';

const nothing = html``;

/** The whole board as one page, without script. */
export function boardPage({ workflows, shown }: Board, now: Date): string {
  const content = shown === null ? emptyBoard() : workflowBoard(shown, now);
  return document(
    shown === null ? 'Board' : shown.workflow.name,
    html`<header class="top">
      <a class="brand" href="/board">Baton</a>
      <p class="as-of">As of ${timeOf(now)} · <a href="">Refresh</a></p>
    </header>
    <div class="layout">
      <nav aria-label="Workflows">${workflowLinks(workflows, shown?.workflow.id ?? null)}</nav>
      <main>${content}</main>
    </div>`,
  );
}

/** A page that says one thing, for a board that cannot be shown. */
export function noticePage(title: string, text: string): string {
  return document(title, html`<main class="notice"><h1>${title}</h1><p>${text}</p></main>`);
}

function document(title: string, body: SafeHtml): string {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Baton</title>
    <link rel="stylesheet" href="/board/board.css">
  </head>
  <body>${body}</body>
</html>
`.toString();
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

function timeOf(now: Date): SafeHtml {
  const iso = now.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC</time>`;
}
