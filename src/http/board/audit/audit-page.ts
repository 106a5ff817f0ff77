import type { AuditEntry } from '../../../../models/audit-store.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { type AuditReport, describeBreak } from '../../../engine/audit/verify-audit.ts';
import type { PersonChoice } from '../board-people.ts';
import type { BoardWords } from '../board-words.ts';
import { csrfField } from '../csrf.ts';
import { eventGroups, eventWords } from '../event-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { icon } from '../icons.ts';
import { page } from '../layout.ts';
import { type Labels, localTime, mrkdwn } from '../mrkdwn.ts';
import { pretty } from '../task/task-steps.ts';
import type { Viewer } from '../viewer.ts';
import { auditQuery, type AuditSearch } from './audit-filter.ts';

export interface AuditPageOptions {
  viewer: Viewer;
  search: AuditSearch;
  entries: readonly AuditEntry[];
  /** For the next page; null at the end. */
  nextCursor: string | null;
  workflows: readonly Workflow[];
  people: readonly PersonChoice[];
  /** Programs that act in nobody's name. */
  keys: readonly { keyId: string; name: string }[];
  /** What a look at the hash chains has found; null when nobody has asked for one. */
  report: { report: AuditReport; nextCursor: string | null } | null;
  words: BoardWords;
  labels: Labels;
}

/** Who did what when. */
export function auditPage(options: AuditPageOptions): string {
  const { viewer, search, entries, nextCursor, report } = options;
  const rows = entries.map((entry) => entryRow(entry, options));
  const table = html`<div class="table-frame" tabindex="0" role="region" aria-label="The audit log, newest first"><table class="audit" role="table">
      <thead role="rowgroup"><tr role="row">${['When', 'Who', 'What', 'About', 'Details'].map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
      <tbody role="rowgroup">${rows}</tbody></table></div>`;
  const more =
    nextCursor === null
      ? html``
      : html`<p class="more"><a class="button" href="/board/audit${auditQuery(search, { cursor: nextCursor })}">Older entries</a></p>`;
  const main = html`<div class="page-head">
      <div><h1>Audit log</h1><p class="quiet">Who did what and when, in tasks and to the org itself. Every entry is chained to the one before it by a hash.</p></div>
      ${actions(options)}
    </div>
    ${report === null ? html`` : reportNotice(viewer, report)}
    ${searchForm(options)}
    ${entries.length === 0 ? html`<p class="empty panel">Nothing that fits.</p>` : html`${table}${more}`}`;
  return page({ title: 'Audit log', viewer, place: 'audit', main });
}

/** All texts whose mentions are to get names. */
export function textsOfAudit(entries: readonly AuditEntry[], words: BoardWords): string[] {
  return entries.map(({ event }) => words.mention(event.actor));
}

function actions({ viewer, search }: AuditPageOptions): SafeHtml {
  return html`<div class="buttons">
    <a class="button" href="/board/audit/export${auditQuery(search, { format: 'csv' })}">Export CSV</a>
    <a class="button" href="/board/audit/export${auditQuery(search, { format: 'jsonl' })}">Export JSONL</a>
    ${verifyForm(viewer, null, 'Verify')}
  </div>`;
}

function verifyForm(viewer: Viewer, cursor: string | null, text: string): SafeHtml {
  return html`<form method="post" action="/board/audit/verify">${csrfField(viewer)}
    ${cursor === null ? html`` : html`<input type="hidden" name="cursor" value="${cursor}">`}
    <button class="button" type="submit">${text}</button></form>`;
}

function reportNotice(
  viewer: Viewer,
  { report, nextCursor }: NonNullable<AuditPageOptions['report']>,
): SafeHtml {
  const { firstBreak, checked } = report;
  const counted = `${checked.orgEvents} entries of the org and ${checked.executionEvents} of ${checked.executions} tasks were checked.`;
  if (firstBreak !== null) {
    return html`<p class="notice notice-refused" role="alert">${icon('stop')} <span><strong>The log was changed.</strong> ${describeBreak(firstBreak)} ${counted}</span></p>`;
  }
  if (nextCursor !== null) {
    return html`<div class="notice" role="status">${icon('clock')} <span>So far everything fits. ${counted}</span> ${verifyForm(viewer, nextCursor, 'Go on')}</div>`;
  }
  return html`<p class="notice notice-done" role="status">${icon('done')} <span><strong>Every hash fits.</strong> ${counted}</span></p>`;
}

function searchForm({ search, people, keys, workflows }: AuditPageOptions): SafeHtml {
  const option = (value: string, text: string, chosen: string): SafeHtml =>
    html`<option value="${value}"${value === chosen ? html` selected` : html``}>${text}</option>`;
  const actors = [
    ['system', 'Baton'] as const,
    ...people.map(({ userId, name }) => [userId, name] as const),
    ...keys.map(({ keyId, name }) => [keyId, name] as const),
  ];
  const isOther = search.actor !== '' && !actors.some(([id]) => id === search.actor);
  return html`<form class="filters" role="search" aria-label="Filter the log" method="get" action="/board/audit">
    <label class="filter"><span>Who</span><select name="actor">${option('', 'Everybody', search.actor)}${actors.map(([id, name]) => option(id, name, search.actor))}${isOther ? option(search.actor, search.actor, search.actor) : html``}</select></label>
    <label class="filter"><span>What</span><select name="type">${option('', 'Everything', search.type)}${eventGroups.map(({ name, types }) => html`<optgroup label="${name}">${types.map((type) => option(type, eventWords(type), search.type))}</optgroup>`)}</select></label>
    <label class="filter"><span>Workflow</span><select name="workflow">${option('', 'All', search.workflow)}${workflows.map(({ id, name }) => option(id, name, search.workflow))}</select></label>
    <label class="filter"><span>From (UTC)</span><input type="date" name="since" value="${search.since}"></label>
    <label class="filter"><span>To</span><input type="date" name="until" value="${search.until}"></label>
    <label class="filter"><span>Task</span><input type="text" name="task" value="${search.task}" placeholder="#4f02ab" size="9" autocomplete="off"></label>
    <div class="buttons"><button class="button" type="submit">Show</button>
    ${auditQuery(search) === '' ? html`` : html`<a class="button button-quiet" href="/board/audit">Clear</a>`}</div>
  </form>`;
}

function entryRow({ kind, event }: AuditEntry, { words, labels, workflows }: AuditPageOptions): SafeHtml {
  const { createdAt, actor, type, data, hash, seq } = event;
  const about =
    kind === 'org'
      ? html`${event.subject.name} <span class="quiet">${event.subject.kind}</span>`
      : html`<a href="/board/tasks/${event.executionId}">${nameOf(workflows, event.workflowId)} <span class="ref">#${event.executionId.slice(-6)}</span></a>${event.stepName === null ? html`` : html` <code>${event.stepName}</code>`}`;
  // On a phone the rows are drawn as blocks, which would else take from the table what it is.
  return html`<tr role="row"><td role="cell">${localTime(createdAt)}</td><td role="cell">${mrkdwn(words.mention(actor), labels)}</td><td role="cell">${eventWords(type)}</td><td role="cell">${about}</td>
    <td role="cell"><details><summary>No. ${seq}</summary><pre tabindex="0">${pretty(data)}</pre><p class="hint ref">${hash}</p></details></td></tr>`;
}

function nameOf(workflows: readonly Workflow[], workflowId: string): string {
  return workflows.find(({ id }) => id === workflowId)?.name ?? 'Task';
}
