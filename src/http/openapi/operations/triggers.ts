import { PageQuery } from '../../api/paging.ts';
import { ChangeTriggerBody, CreateTriggerBody } from '../../api/trigger-routes.ts';
import type { Operation } from '../operation.ts';
import { listOf } from '../schemas/common.ts';
import { TriggerLogEntryOut, TriggerOut } from '../schemas/trigger.ts';

const tag = 'Triggers';
const path = '/api/workflows/{workflowId}/triggers';

export const triggerOperations: readonly Operation[] = [
  {
    id: 'listTriggers',
    method: 'get',
    path,
    tag,
    summary: 'List what starts the workflow by itself: messages, reactions, intakes and schedules',
    answers: { 200: { description: 'All of them, by name', schema: listOf(TriggerOut) } },
  },
  {
    id: 'createTrigger',
    method: 'post',
    path,
    tag,
    summary: 'Start a task for each message in Slack that fits, or for each that gets a certain reaction',
    description:
      "`inputsTemplate` makes the inputs: its templates read `message` (`text`, `author`, `authorName`, `channel`, `ts`, `thread`, `link`), `groups` (the named groups of the pattern, which is RE2's) and `reaction` (`name`, `by`). No `channels`: all that the bot is in; no `from`: everybody.",
    body: CreateTriggerBody,
    example: {
      name: 'Refunds asked for in a channel',
      kind: 'message',
      settings: {
        channels: ['C012AB3CD'],
        match: { by: 'pattern', pattern: 'refund of \\$?(?P<amount>\\d+)' },
        inputsTemplate: { amount: '{{groups.amount}}', reason: '{{message.text}}' },
      },
    },
    headers: ['Idempotency-Key'],
    answers: { 201: { description: 'The trigger', schema: TriggerOut } },
  },
  {
    id: 'readTrigger',
    method: 'get',
    path: `${path}/{triggerId}`,
    tag,
    summary: 'Read a trigger',
    answers: { 200: { description: 'The trigger', schema: TriggerOut } },
  },
  {
    id: 'changeTrigger',
    method: 'patch',
    path: `${path}/{triggerId}`,
    tag,
    summary: 'Change a trigger, or switch it on or off',
    body: ChangeTriggerBody,
    example: { enabled: false },
    answers: { 200: { description: 'The trigger', schema: TriggerOut } },
  },
  {
    id: 'deleteTrigger',
    method: 'delete',
    path: `${path}/{triggerId}`,
    tag,
    summary: 'Delete a trigger; its tasks go on',
    answers: { 204: { description: 'Deleted' } },
  },
  {
    id: 'listTriggerLog',
    method: 'get',
    path: `${path}/{triggerId}/log`,
    tag,
    summary: 'List what a trigger decided and why, newest first; kept for 90 days',
    query: PageQuery,
    answers: { 200: { description: 'A page', schema: listOf(TriggerLogEntryOut) } },
  },
];
