import type { Actor } from '../../domain/actor.ts';
import { currentStepExecution, type ExecutionState, type ExecutionStatus } from '../../domain/execution.ts';
import { taskRef } from '../../domain/ids.ts';
import { describeAge } from './age.ts';
import { html, type SafeHtml } from './html.ts';

const maxNamed = 5;
const statusLabel: Readonly<Record<ExecutionStatus, string>> = {
  RUNNING: 'waiting',
  FAILED: 'stopped',
  COMPLETED: 'completed',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
};

/** One open task: its reference, who asked, whom it waits for, and since when. */
export function taskCard(task: ExecutionState, now: Date): SafeHtml {
  const since = currentStepExecution(task)?.scheduledAt ?? task.createdAt;
  return html`<li class="card ${task.status.toLowerCase()}">
    <p class="card-head"><strong class="ref">${taskRef(task.id)}</strong> ${statusChip(task.status)}</p>
    <dl>
      <div><dt>Requested by</dt><dd>${nameOf(task.startedBy)}</dd></div>
      ${task.status === 'FAILED' ? failureOf(task) : waitingFor(task)}
      <div><dt>Came here</dt><dd>${ageOf(since, now)}</dd></div>
    </dl>
  </li>`;
}

/** One ended task in a line. */
export function endedRow(task: ExecutionState, now: Date): SafeHtml {
  return html`<li>
    <strong class="ref">${taskRef(task.id)}</strong> ${statusChip(task.status)}
    <span>requested by ${nameOf(task.startedBy)}</span>
    <span class="when">${ageOf(task.endedAt ?? task.updatedAt, now)}</span>
  </li>`;
}

function statusChip(status: ExecutionStatus): SafeHtml {
  return html`<span class="chip ${status.toLowerCase()}">${statusLabel[status]}</span>`;
}

function waitingFor(task: ExecutionState): SafeHtml {
  const named = task.waitingFor.slice(0, maxNamed);
  const others = task.waitingFor.length - named.length;
  const names = named.join(', ') + (others > 0 ? ` and ${others} more` : '');
  return html`<div><dt>Waiting for</dt><dd>${names === '' ? whatFor(task) : names}</dd></div>`;
}

/** What a step waits for that waits for nobody. */
function whatFor(task: ExecutionState): string | SafeHtml {
  const wakeAt = currentStepExecution(task)?.timers.wakeAt;
  return wakeAt ? html`${wakeAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` : 'a signal';
}

function failureOf(task: ExecutionState): SafeHtml {
  return html`<div><dt>Stopped because</dt><dd>${task.failure?.message ?? 'it failed'}</dd></div>`;
}

function ageOf(since: Date, now: Date): SafeHtml {
  const age = describeAge(since, now);
  return html`<time datetime="${since.toISOString()}">${age === 'just now' ? age : `${age} ago`}</time>`;
}

function nameOf(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return actor.name ?? actor.userId;
    case 'key':
      return actor.name ?? `key ${actor.keyId}`;
    case 'schedule':
      return `schedule ${actor.name}`;
    case 'system':
      return 'Baton';
  }
}
