import type { KnownBlock } from '@slack/types';
import { wordsOf } from '../../src/domain/schedule-words.ts';
import type { TriggerOf } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { inline } from '../escape.ts';
import type { Message } from '../message.ts';
import { slackTime } from '../people.ts';
import { encodeTriggerRef } from '../trigger-ref.ts';
import { idleBlocks } from '../triggers/starters.ts';
import { logButton } from '../triggers/trigger-log.ts';
import { scheduleActions } from './schedule-ids.ts';

/** A schedule as it is listed. */
export interface ScheduleRow {
  schedule: TriggerOf<'schedule'>;
  nextRuns: readonly Date[];
  lastRunAt: Date | null;
}

export interface SchedulesOptions {
  workflow: Pick<Workflow, 'id' | 'name' | 'status'>;
  rows: readonly ScheduleRow[];
  /** Whether this person may change the workflow. */
  canEdit: boolean;
}

const maxShown = 20;

/** The schedules of a workflow with their next times, which Slack shows in the zone of whoever reads them. */
export function schedulesMessage({ workflow, rows, canEdit }: SchedulesOptions): Message {
  const shown = rows.slice(0, maxShown).flatMap((row) => scheduleRows(row, canEdit));
  const none = section(
    'It has none yet. A schedule starts a task by the clock, such as every Monday at 9am.',
  );
  const more =
    rows.length > maxShown ? [context(`… and ${rows.length - maxShown} more, which the board lists`)] : [];
  const create = button({
    text: 'New schedule',
    actionId: scheduleActions.create,
    value: workflow.id,
    style: 'primary',
  });
  const count = rows.length === 1 ? 'one schedule' : `${rows.length} schedules`;
  return message(`${inline(workflow.name)} has ${count}.`, [
    header(`Schedules of ${workflow.name}`),
    ...idleBlocks(workflow, rows.length > 0),
    ...(shown.length === 0 ? [none] : shown),
    ...more,
    ...(canEdit ? [actions([create])] : [context('Whoever may change this workflow can make one.')]),
  ]);
}

/** What it means to delete it; not escaped. */
export function deleteScheduleWords(name: string): string {
  return `"${name}" starts no more tasks. Those that it has started go on.`;
}

function scheduleRows({ schedule, nextRuns, lastRunAt }: ScheduleRow, canEdit: boolean): KnownBlock[] {
  const { id, workflowId, name, enabled, settings } = schedule;
  const words = wordsOf(settings);
  const value = encodeTriggerRef({ workflowId, triggerId: id });
  const lines = [
    bold(name),
    ...(words === name ? [] : [inline(words)]),
    `By the clocks of ${inline(settings.timeZone)}`,
    enabled ? nextLine(nextRuns) : 'Paused: it starts nothing',
    ...(lastRunAt === null ? [] : [`Last: ${slackTime(lastRunAt)}`]),
  ];
  if (!canEdit) return [section(lines.join('\n'), logButton(schedule))];
  const toggle = enabled
    ? button({ text: 'Pause', actionId: scheduleActions.pause, value, label: `Pause ${name}` })
    : button({ text: 'Resume', actionId: scheduleActions.resume, value, label: `Resume ${name}` });
  const edit = button({ text: 'Edit', actionId: scheduleActions.edit, value, label: `Edit ${name}` });
  const remove = button({
    text: 'Delete',
    actionId: scheduleActions.delete,
    value,
    style: 'danger',
    label: `Delete ${name}`,
    confirm: {
      title: 'Delete this schedule?',
      text: deleteScheduleWords(name),
      confirm: 'Delete',
      deny: 'Keep it',
    },
  });
  return [section(lines.join('\n')), actions([edit, logButton(schedule), toggle, remove])];
}

function nextLine(nextRuns: readonly Date[]): string {
  if (nextRuns.length === 0) return 'It has no time to come';
  return `Next: ${nextRuns.map((time) => slackTime(time, '{date_short} at {time}')).join(', ')}`;
}
