import type { Actor } from '../../../domain/actor.ts';
import type { Definition } from '../../../domain/definition.ts';
import { currentStepExecution, type ExecutionState } from '../../../domain/execution.ts';
import { taskRef } from '../../../domain/ids.ts';
import { describeSpan } from '../age.ts';
import type { BoardWords } from '../board-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { icon } from '../icons.ts';
import { type Labels, mrkdwn } from '../mrkdwn.ts';
import { ownDefinition } from './read-kanban.ts';

/** What a card says, in mrkdwn and not yet with names. */
export interface Card {
  id: string;
  title: string;
  startedBy: string;
  /** Who or what it waits for, or why it has stopped. */
  state: string;
  isStopped: boolean;
  isRunning: boolean;
  /** It waits for a time or a signal, and for nobody. */
  isWaitingByItself: boolean;
  since: Date;
  /** By when; in the past: since when it is overdue. */
  dueAt: Date | null;
  /** Others were asked then. */
  isEscalated: boolean;
}

/** An ended task in a line. */
export interface EndedRow {
  id: string;
  title: string;
  startedBy: string;
  status: ExecutionState['status'];
  /** How it ended; where it stood when it was cancelled or expired. */
  how: string;
  endedAt: Date;
}

const hourMs = 3_600_000;
const soonMs = 24 * hourMs;

export function toCard(words: BoardWords, task: ExecutionState, definition: Definition): Card {
  const visit = currentStepExecution(task);
  const isStopped = task.status === 'FAILED';
  const { failure } = task;
  const escalatedAt = visit?.escalatedAt ?? null;
  const why = failure === null ? 'No reason is known.' : words.stopped(failure, definition);
  return {
    id: task.id,
    title: titleOf(words, task, definition),
    startedBy: mentionOf(words, task.startedBy),
    state: isStopped ? escapeMrkdwn(why) : visit === undefined ? '' : words.waitingFor(visit),
    isStopped,
    isRunning: !isStopped && visit !== undefined && words.isRunning(visit),
    isWaitingByItself: !isStopped && visit?.type === 'WAIT',
    since: visit?.scheduledAt ?? task.createdAt,
    dueAt: isStopped ? null : (visit?.timers.deadlineAt ?? escalatedAt),
    isEscalated: !isStopped && escalatedAt !== null,
  };
}

export function toEndedRow(words: BoardWords, task: ExecutionState, definition: Definition): EndedRow {
  const own = ownDefinition(task, definition);
  const last = task.stack.at(-1);
  const step = definition.steps.find(({ id }) => id === last?.stepId) ?? { name: last?.stepName ?? '' };
  const where = last === undefined ? '' : ` at “${escapeMrkdwn(words.stepTitle(step))}”`;
  const by = task.cancellation === null ? '' : ` by ${mentionOf(words, task.cancellation.by)}`;
  const why = task.cancellation?.reason ? `: ${escapeMrkdwn(task.cancellation.reason)}` : '';
  return {
    id: task.id,
    title: titleOf(words, task, definition),
    startedBy: mentionOf(words, task.startedBy),
    status: task.status,
    how:
      task.status === 'CANCELLED'
        ? `Cancelled${where}${by}${why}`
        : task.status === 'EXPIRED'
          ? `Expired${where}`
          : withoutTime(words.status(task, own)),
    endedAt: task.endedAt ?? task.updatedAt,
  };
}

/** One card; its id on the page is the task's, by which it is known again when it has moved. */
export function cardItem(card: Card, labels: Labels, now: Date): SafeHtml {
  const { id, title, startedBy, state, isStopped } = card;
  return html`<li class="card${isStopped ? ' card-stopped' : ''}" id="task-${id}" data-task="${id}">
    <a class="card-title" href="/board/tasks/${id}">${mrkdwn(title, labels)}</a>
    <p class="card-state">${stateIcon(card)} <span>${isStopped ? html`<strong>Stopped here.</strong> ` : html`<span class="unseen">Waits for</span> `}${mrkdwn(state, labels)}</span></p>
    <p class="card-foot"><span class="ref">#${taskRef(id)}</span> <span>${mrkdwn(startedBy, labels)}</span> ${deadlineChip(card, now)} ${age(card.since, now)}</p>
  </li>`;
}

export function endedItem(row: EndedRow, labels: Labels, now: Date): SafeHtml {
  const isGood = row.status === 'COMPLETED';
  return html`<li class="ended-row">
    <a href="/board/tasks/${row.id}">${mrkdwn(row.title, labels)}</a>
    <span class="ended-how">${icon(isGood ? 'done' : 'cancel')} ${mrkdwn(row.how, labels)}</span>
    <span class="quiet"><span class="ref">#${taskRef(row.id)}</span> for ${mrkdwn(row.startedBy, labels)}</span>
    <span class="ended-when quiet">${age(row.endedAt, now, ' ago')}</span>
  </li>`;
}

/** All texts whose mentions are to get names. */
export function textsOf(cards: readonly (Card | EndedRow)[]): string[] {
  return cards.flatMap((card) => [card.title, card.startedBy, 'state' in card ? card.state : card.how]);
}

/** Who did something, as `mrkdwn` shows it; a person by the name that was known then, where nobody knows another. */
function mentionOf(words: BoardWords, actor: Actor): string {
  const mention = words.mention(actor);
  const isKnown = actor.kind === 'person' && actor.name !== null && mention.endsWith('>');
  return isKnown ? `${mention.slice(0, -1)}|${(actor.name ?? '').replace(/[<>|\s]+/g, ' ')}>` : mention;
}

export function escapeMrkdwn(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The quotation marks around a title are for the middle of a message. */
function titleOf(words: BoardWords, task: ExecutionState, definition: Definition): string {
  const subject = words.subject(task, ownDefinition(task, definition));
  return subject.replace(/^“(.*)”$/, '$1') || escapeMrkdwn(task.workflowName);
}

/** The icon in front stands here as a picture, and the time in a column of its own. */
function withoutTime(status: string): string {
  return status.replace(/^\P{L}+/u, '').replace(/\s*·?\s*<!date\^[^>]*>$/, '');
}

function stateIcon({ isStopped, isRunning, isWaitingByItself }: Card): SafeHtml {
  if (isStopped) return icon('stop');
  if (isRunning) return icon('tool');
  return icon(isWaitingByItself ? 'clock' : 'person');
}

/** Whether somebody was to have answered before now. */
export function isOverdue({ dueAt }: Pick<Card, 'dueAt'>, now: Date): boolean {
  return dueAt !== null && dueAt <= now;
}

function deadlineChip(card: Card, now: Date): SafeHtml {
  const { dueAt, isEscalated } = card;
  if (dueAt === null) return html``;
  if (isOverdue(card, now)) {
    const escalated = isEscalated ? ', escalated' : '';
    return html`<span class="chip chip-bad">${icon('clock')} <span>Overdue ${spanSince(dueAt, now)}${escalated}</span></span>`;
  }
  const leftMs = dueAt.getTime() - now.getTime();
  const left = html`<time datetime="${dueAt.toISOString()}" data-left>${describeLeft(leftMs)}</time>`;
  return html`<span class="chip${leftMs < soonMs ? ' chip-warn' : ''}">${icon('clock')} Due in ${left}</span>`;
}

/** In hours until there are more than two days left, because a day cut off would mislead. */
function describeLeft(leftMs: number): string {
  return leftMs < hourMs || leftMs >= 48 * hourMs ? describeSpan(leftMs) : `${Math.round(leftMs / hourMs)} h`;
}

function age(since: Date, now: Date, after = ''): SafeHtml {
  return html`<span class="age">${spanSince(since, now, after)}</span>`;
}

function spanSince(since: Date, now: Date, after = ''): SafeHtml {
  const ms = now.getTime() - since.getTime();
  const words = ms < 60_000 ? 'just now' : `${describeSpan(ms)}${after}`;
  return html`<time datetime="${since.toISOString()}" data-age="${after.trim()}">${words}</time>`;
}
