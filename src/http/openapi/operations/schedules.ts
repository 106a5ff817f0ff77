import { ChangeScheduleBody, CreateScheduleBody } from '../../api/schedule-routes.ts';
import type { Operation } from '../operation.ts';
import { listOf } from '../schemas/common.ts';
import { ScheduleOut } from '../schemas/schedule.ts';

const schedules = '/api/workflows/{workflowId}/schedules';
const schedule = `${schedules}/{scheduleId}`;

export const scheduleOperations: readonly Operation[] = [
  {
    id: 'createSchedule',
    method: 'post',
    path: schedules,
    tag: 'Schedules',
    summary: 'Make a schedule: tasks start by the clock',
    description:
      '`when` is cron with five fields, or words: `every Monday at 9am`, `every weekday at 17:30`, `first of the month`, `every 2 hours`. The texts of `inputsTemplate` are templates over `now`, `lastRun` and `today`.',
    body: CreateScheduleBody,
    example: { name: 'Weekly summary', when: 'every Monday at 9am', timeZone: 'Europe/Berlin' },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The schedule, with its next times', schema: ScheduleOut } },
  },
  {
    id: 'listSchedules',
    method: 'get',
    path: schedules,
    tag: 'Schedules',
    summary: 'List the schedules of a workflow, each with its next three times',
    answers: { 200: { description: 'All of them, by name', schema: listOf(ScheduleOut) } },
  },
  {
    id: 'readSchedule',
    method: 'get',
    path: schedule,
    tag: 'Schedules',
    summary: 'Read a schedule',
    answers: { 200: { description: 'The schedule', schema: ScheduleOut } },
  },
  {
    id: 'changeSchedule',
    method: 'patch',
    path: schedule,
    tag: 'Schedules',
    summary: 'Change a schedule, or switch it off or on',
    body: ChangeScheduleBody,
    example: { enabled: false },
    answers: { 200: { description: 'The schedule', schema: ScheduleOut } },
  },
  {
    id: 'deleteSchedule',
    method: 'delete',
    path: schedule,
    tag: 'Schedules',
    summary: 'Delete a schedule',
    answers: { 204: { description: 'Deleted' } },
  },
];
