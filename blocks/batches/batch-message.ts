import type { ActionsBlock, KnownBlock } from '@slack/types';
import { type Batch, type BatchStatus, countBegun, countWrong } from '../../src/domain/batch.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { clip, inline, oneLine } from '../escape.ts';
import { groupLines } from '../fit-lines.ts';
import type { Message } from '../message.ts';
import { mention, slackTime } from '../people.ts';
import { batchActions, encodeBatchRef } from './batch-ids.ts';

type CardButton = ActionsBlock['elements'][number];

/** What is wrong with more rows stands in a file. */
export const maxProblems = 10;
const barLength = 20;

const statusWords: Record<BatchStatus, string> = {
  CHECKING: '🔎 Reading and checking the rows',
  INVALID: '⚠️ Some rows are wrong. Nothing was started',
  CHECKED: '✅ All rows are right. Nothing was started yet',
  RUNNING: '⏳ Starting tasks',
  PAUSED: '⏸️ Paused',
  COMPLETED: '✅ Done',
  CANCELLED: '🚫 Cancelled. Tasks that were started go on',
  FAILED: '⚠️ The file could not be used',
};

/** A batch as it stands, in one message that is edited: what was checked, how far it is, what went wrong, what can be done. */
export function batchMessage({ batch, workflowName }: { batch: Batch; workflowName: string }): Message {
  const { name, createdBy, createdAt, reason } = batch;
  const title = `${clip(oneLine(name), 60)} for ${clip(oneLine(workflowName), 60)}`;
  const status = statusOf(batch);
  const why = reason === null ? '' : `\n${clip(inline(reason), 1_000)}`;
  const progress = progressLines(batch);
  return message(`${inline(title)}: ${status}`, [
    header(title),
    section(`*Status:* ${status}${why}`),
    ...(progress.length === 0 ? [] : [section(progress.join('\n'))]),
    ...problemBlocks(batch),
    context(`Sent by ${mention(createdBy)}, ${slackTime(createdAt)}`),
    ...buttonBlocks(batch),
  ]);
}

function statusOf({ status, counts }: Batch): string {
  if (status === 'RUNNING' && counts.VALID === 0) return '⏳ All are started; waiting for their tasks';
  return statusWords[status];
}

function progressLines({ status, rows, counts, pacePerMinute }: Batch): string[] {
  if (status === 'CHECKING' || status === 'FAILED' || rows === 0) return [];
  const wrong = countWrong(counts);
  const total = rows - wrong;
  const begun = countBegun(counts) + counts.REFUSED;
  const facts = [`${number(rows)} ${rows === 1 ? 'row' : 'rows'}`, wrong > 0 ? `${number(wrong)} wrong` : ''];
  const checked = facts.filter((fact) => fact !== '').join(', ');
  if (status === 'CHECKED' || status === 'INVALID') {
    return [checked, ...takesLines(total, pacePerMinute), ...correctLines(status, total)];
  }
  const did = [
    `${number(counts.COMPLETED)} complete`,
    counts.STARTED > 0 ? `${number(counts.STARTED)} in progress` : '',
    counts.FAILED > 0 ? `${number(counts.FAILED)} stopped` : '',
    counts.CANCELLED + counts.EXPIRED > 0 ? `${number(counts.CANCELLED + counts.EXPIRED)} ended early` : '',
    counts.REFUSED > 0 ? `${number(counts.REFUSED)} not started` : '',
    counts.SKIPPED > 0 ? `${number(counts.SKIPPED)} left out` : '',
    status === 'RUNNING' && counts.VALID > 0 ? `about ${duration(counts.VALID / pacePerMinute)} left` : '',
  ].filter((fact) => fact !== '');
  return [`${bar(begun, total)}  ${number(begun)} of ${number(total)} started`, did.join('  ·  '), checked];
}

function takesLines(total: number, pacePerMinute: number): string[] {
  if (total === 0) return [];
  const takes = duration(total / pacePerMinute);
  return [`At ${number(pacePerMinute)} a minute, ${tasks(total)} would take about ${takes}.`];
}

/** What can be done about rows that are wrong. `total`: how many are right. */
function correctLines(status: BatchStatus, total: number): string[] {
  if (status !== 'INVALID') return [];
  const others = total > 0 ? ', or start the rows that are right' : '';
  return [`Correct the file and share it again${others}.`];
}

function problemBlocks({ problems, counts, status }: Batch): KnownBlock[] {
  if (problems.length === 0 || status !== 'INVALID') return [];
  const lines = problems.slice(0, maxProblems).map(({ row, errors }) => {
    const what = errors
      .map(({ path, message: text }) => `${path === '' ? '' : `${path} `}${text}`)
      .join('; ');
    return `• Row ${number(row)}: ${clip(inline(what), 250)}`;
  });
  const all = countWrong(counts);
  const more =
    all > lines.length
      ? [`… and ${number(all - lines.length)} more: the file in the thread has them all`]
      : [];
  return groupLines([bold('What is wrong'), ...lines, ...more]).map((text) => section(text));
}

function buttonBlocks(batch: Batch): KnownBlock[] {
  const buttons = buttonsOf(batch);
  return buttons.length === 0 ? [] : [actions(buttons)];
}

function buttonsOf({ id, workflowId, status, counts, name }: Batch): CardButton[] {
  const value = encodeBatchRef(workflowId, id);
  const one = (text: string, actionId: string, style?: 'primary' | 'danger'): CardButton =>
    button({ text, actionId, value, style, label: `${text}: ${name}` });
  const cancel = button({
    text: 'Cancel',
    actionId: batchActions.cancel,
    value,
    style: 'danger',
    label: `Cancel: ${name}`,
    confirm: {
      title: 'Cancel this batch?',
      text: 'Rows that were not started are left out. Tasks that were started go on.',
      confirm: 'Cancel it',
      deny: 'Go on',
    },
  });
  switch (status) {
    case 'CHECKED':
      return [one(`Start ${tasks(counts.VALID)}`, batchActions.start, 'primary'), cancel];
    case 'INVALID': {
      const which = counts.VALID === 1 ? 'right one' : `${number(counts.VALID)} right ones`;
      const right = one(`Start the ${which}`, batchActions.startRight);
      return counts.VALID > 0 ? [right, cancel] : [cancel];
    }
    case 'RUNNING':
      return counts.VALID > 0 ? [one('Pause', batchActions.pause), cancel] : [];
    case 'PAUSED':
      return [one('Go on', batchActions.resume, 'primary'), cancel];
    default:
      return [];
  }
}

function bar(done: number, total: number): string {
  const full = total === 0 ? barLength : Math.min(barLength, Math.floor((done / total) * barLength));
  return `${'▰'.repeat(full)}${'▱'.repeat(barLength - full)}`;
}

function tasks(count: number): string {
  return `${number(count)} ${count === 1 ? 'task' : 'tasks'}`;
}

function number(count: number): string {
  return count.toLocaleString('en-US');
}

function duration(exactMinutes: number): string {
  const minutes = Math.max(1, Math.ceil(exactMinutes));
  if (minutes < 90) return `${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`;
  return `${Math.round(minutes / 60)} hours`;
}
