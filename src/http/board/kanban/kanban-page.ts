import type { Workflow } from '../../../domain/workflow.ts';
import { explainWorkflowStatus, stepKindWord, workflowStatusWord } from '../../../domain/workflow-words.ts';
import type { PersonChoice } from '../board-people.ts';
import type { BoardWords } from '../board-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { icon, stepBadge } from '../icons.ts';
import { page } from '../layout.ts';
import type { Labels } from '../mrkdwn.ts';
import type { Viewer } from '../viewer.ts';
import { workflowLinks } from '../workflow/workflow-links.ts';
import {
  type BoardFilter,
  cardsPerColumn,
  filterQuery,
  isFiltered,
  maxPerColumn,
  withMore,
} from './board-filter.ts';
import { type Card, cardItem, type EndedRow, endedItem, isOverdue } from './card.ts';
import type { Column, Ended, Kanban } from './read-kanban.ts';

type ShownColumn = Omit<Column, 'tasks'> & { cards: Card[] };

/** A board as it is shown: its cards in words, and the names of whom they mention. */
export interface ShownKanban extends Pick<Kanban, 'workflow' | 'definition'> {
  columns: ShownColumn[];
  /** Null where it is not asked for. */
  ended: (Omit<Ended, 'tasks'> & { rows: EndedRow[] }) | null;
  labels: Labels;
  filter: BoardFilter;
  now: Date;
}

export interface KanbanPageOptions {
  viewer: Viewer;
  workflows: readonly Workflow[];
  /** Null when the org has no workflow that this person sees. */
  shown: ShownKanban | null;
  people: readonly PersonChoice[];
  words: BoardWords;
}

/** The board of one workflow, with the way to the others. */
export function kanbanPage({ viewer, workflows, shown, people, words }: KanbanPageOptions): string {
  return page({
    title: shown === null ? 'Board' : shown.workflow.name,
    viewer,
    place: 'board',
    scripts: shown === null ? [] : ['live.js'],
    ...(shown === null ? {} : { aside: workflowList(workflows, shown.workflow.id, viewer) }),
    main: shown === null ? noWorkflow(viewer) : kanban(shown, people, words),
  });
}

/** Parts of the page by their ids, for a page that is open: these columns, and what has ended if that was asked for. */
export function kanbanParts(shown: ShownKanban, words: BoardWords): string {
  return html`${shown.columns.map((column) => columnPart(shown, column, words))}${endedPart(shown)}`.toString();
}

function kanban(shown: ShownKanban, people: readonly PersonChoice[], words: BoardWords): SafeHtml {
  const { workflow, columns, filter } = shown;
  const { id, name, description } = workflow;
  const empty = html`<p class="empty panel">This workflow has no steps yet.</p>`;
  return html`<div class="page-head">
      <div id="workflow-head">
        <h1>${name}</h1>
        ${description.trim() === '' ? html`` : html`<p class="quiet">${description}</p>`}
      </div>
      <div class="page-tools">
        <p class="live" id="live-state" role="status">${icon('clock')} <span>As of now. Load the page again to see what has changed.</span></p>
        ${workflowLinks(id, 'board')}
      </div>
    </div>
    ${statusBanner(shown)}
    ${filterForm(shown, people)}
    <div id="kanban" class="kanban-frame" data-live="/board/events?workflow=${id}" data-parts="/board/workflows/${id}/parts${filterQuery({ ...filter, more: new Map() })}">
      ${columns.length === 0 ? empty : html``}
      <div class="kanban" role="region" aria-label="Steps in order" tabindex="0">
        ${columns.map((column) => columnPart(shown, column, words))}
      </div>
      ${endedPart(shown)}
    </div>`;
}

function statusBanner({ workflow, definition }: ShownKanban): SafeHtml {
  const text = explainWorkflowStatus(workflow.status, definition.steps.length > 0);
  const banner = html`<p class="banner banner-warn">${icon('pause')} <span>${text}</span></p>`;
  return html`<div id="workflow-state">${text === '' ? html`` : banner}</div>`;
}

function filterForm({ workflow, filter }: ShownKanban, people: readonly PersonChoice[]): SafeHtml {
  const option = (value: string, text: string, isChosen: boolean): SafeHtml =>
    html`<option value="${value}"${isChosen ? html` selected` : html``}>${text}</option>`;
  const address = `/board/workflows/${workflow.id}`;
  return html`<form class="filters" role="search" aria-label="Filter the cards" method="get" action="${address}"
      hx-get="${address}" hx-target="#kanban" hx-select="#kanban" hx-select-oob="#filter-buttons" hx-swap="outerHTML" hx-push-url="true"
      hx-trigger="change, input changed delay:300ms from:find input, submit">
    <label class="filter"><span>Person</span>
      <select name="person">${option('', 'Everybody', filter.person === null)}${people.map(({ userId, name }) => option(userId, name, userId === filter.person))}</select>
    </label>
    <label class="filter"><span>State</span>
      <select name="state">
        ${option('all', 'All open tasks', filter.state === 'all')}
        ${option('waiting', 'Waiting', filter.state === 'waiting')}
        ${option('overdue', 'Overdue', filter.state === 'overdue')}
        ${option('stopped', 'Stopped', filter.state === 'stopped')}
      </select>
    </label>
    <label class="filter filter-text"><span>Text or number</span>
      <input type="search" name="q" value="${filter.text}" placeholder="Acme, or #4f02ab" autocomplete="off">
    </label>
    <div class="buttons" id="filter-buttons">
      <button class="button" id="filter-show" type="submit">Show</button>
      ${isFiltered(filter) ? html`<a class="button button-quiet" href="${address}">Clear</a>` : html``}
    </div>
  </form>`;
}

function columnPart(shown: ShownKanban, column: ShownColumn, words: BoardWords): SafeHtml {
  const { stepId, step, cards, isCut } = column;
  const place = shown.definition.steps.findIndex(({ id }) => id === stepId);
  const title = step === null ? 'A step of an earlier revision' : words.stepTitle(step);
  const badge = step === null ? null : stepBadge(step.type, stepKindWord(step.type));
  const overdue = overdueLink(shown, column);
  const count = isCut ? `${cards.length}+` : String(cards.length);
  const said = `${isCut ? 'more than ' : ''}${cards.length} ${cards.length === 1 ? 'task' : 'tasks'}`;
  return html`<section class="column" id="column-${stepId}" data-column="${stepId}"${moreShown(shown.filter, stepId)} aria-labelledby="step-${stepId}">
    <div class="column-head">
      <h2 id="step-${stepId}">${step === null ? html`` : html`<span class="place">${place + 1}</span> `}${title}</h2>
      <span class="count" title="${said}"><span aria-hidden="true">${count}</span><span class="unseen">${said}</span></span>
    </div>
    ${badge === null && overdue === null ? html`` : html`<p class="column-kind">${badge ?? html``} ${overdue ?? html``}</p>`}
    ${cards.length === 0 ? html`<p class="empty">${isFiltered(shown.filter) ? 'Nothing that fits' : 'Nothing here'}</p>` : html`<ul class="cards">${cards.map((card) => cardItem(card, shown.labels, shown.now))}</ul>`}
    ${columnFoot(shown, column)}
  </section>`;
}

/** How many are overdue, and the way to all of them. They stand first, behind those that have stopped. */
function overdueLink({ workflow, filter, now }: ShownKanban, { cards, isCut }: ShownColumn): SafeHtml | null {
  const count = cards.filter((card) => isOverdue(card, now)).length;
  if (count === 0 || filter.state === 'overdue') return null;
  const last = cards.at(-1);
  const isMore = isCut && last !== undefined && (last.isStopped || isOverdue(last, now));
  const query = filterQuery({ ...filter, state: 'overdue', more: new Map() });
  return html`<a class="chip chip-bad" href="/board/workflows/${workflow.id}${query}">${icon('clock')} ${count}${isMore ? '+' : ''} overdue</a>`;
}

/** Kept by the page, so that it asks for as many when something has changed. */
function moreShown({ more }: BoardFilter, stepId: string): SafeHtml {
  const count = more.get(stepId);
  return count === undefined ? html`` : html` data-shown="${count}"`;
}

function columnFoot(
  { workflow, filter }: ShownKanban,
  { stepId, isCut, lookedThrough }: Omit<Column, 'tasks'>,
): SafeHtml {
  const looked =
    lookedThrough === null
      ? html``
      : html`<p class="hint">The first ${lookedThrough} were looked through.</p>`;
  if (!isCut) return looked;
  const more = withMore(filter, stepId);
  if (more === null)
    return html`${looked}<p class="hint">More than ${maxPerColumn}. Filter by person, state or text to find the others.</p>`;
  const query = filterQuery(more);
  return html`${looked}<p><a class="button button-small" id="more-${stepId}" href="/board/workflows/${workflow.id}${query}"
      hx-get="/board/workflows/${workflow.id}/parts${query}&columns=${stepId}" hx-select="#column-${stepId}" hx-target="#column-${stepId}" hx-swap="outerHTML">Show ${cardsPerColumn} more</a></p>`;
}

function endedPart({ ended, labels, now }: ShownKanban): SafeHtml {
  if (ended === null) return html``;
  const { rows, lookedThrough } = ended;
  const none =
    lookedThrough === null
      ? 'No task has ended yet.'
      : `None of the latest ${lookedThrough} that have ended fits the filter.`;
  return html`<section class="ended" id="ended" aria-labelledby="ended-title">
    <h2 id="ended-title">Recently completed</h2>
    ${rows.length === 0 ? html`<p class="empty">${none}</p>` : html`<ul class="panel ended-rows">${rows.map((row) => endedItem(row, labels, now))}</ul>`}
  </section>`;
}

/** For all pages that are about workflows. */
export function workflowList(
  workflows: readonly Workflow[],
  currentId: string | null,
  viewer: Viewer,
): SafeHtml {
  const links = workflows.map(({ id, name, status }) => {
    const chip =
      status === 'ACTIVE' ? html`` : html` <span class="chip">${workflowStatusWord(status)}</span>`;
    return html`<li><a href="/board/workflows/${id}"${id === currentId ? html` aria-current="page"` : html``}>${name}${chip}</a></li>`;
  });
  const add = isGuest(viewer)
    ? html``
    : html`<li><a class="aside-new" href="/board/new-workflow">${icon('plus')} New workflow</a></li>`;
  return html`<nav class="aside" aria-label="Workflows"><h2>Workflows</h2><ul>${links}${add}</ul></nav>`;
}

/** Guests make no workflows, and are not asked to. */
function isGuest({ access }: Viewer): boolean {
  return access.role === 'guest';
}

function noWorkflow(viewer: Viewer): SafeHtml {
  const begin = isGuest(viewer)
    ? html`<p>As a guest you see the workflows of teams that you were put in. One of the admins can put you in one.</p>`
    : html`<p class="buttons"><a class="button button-primary" href="/board/new-workflow">Make the first one</a></p>
    <p class="hint">Or type <code>/workflow new</code> in Slack. It appears here.</p>`;
  return html`<section class="sheet">
    <h1>No workflow yet</h1>
    <p>A workflow is a list of steps that each task goes through: people decide, prompts and tools do their part, and everybody sees where it stands.</p>
    ${begin}
  </section>`;
}
