import type { KnownBlock, ModalView } from '@slack/types';
import { intakeForm, readIntakeForm } from '../../blocks/intakes/intake-form.ts';
import { commandFor } from '../../blocks/intakes/intake-command.ts';
import { deleteIntakeWords } from '../../blocks/intakes/intakes-message.ts';
import { readScheduleForm, scheduleForm } from '../../blocks/schedules/schedule-form.ts';
import { deleteScheduleWords } from '../../blocks/schedules/schedules-message.ts';
import { triggerInputsForm } from '../../blocks/triggers/inputs-form.ts';
import {
  matchForm,
  newTriggerForm,
  readName,
  triggerNameForm,
  whereForm,
} from '../../blocks/triggers/source-forms.ts';
import { deleteTriggerWords, inputLines } from '../../blocks/triggers/trigger-form.ts';
import { describeTried } from '../../blocks/triggers/try-form.ts';
import { wordsOf } from '../domain/schedule-words.ts';
import { type SlackTrigger, isSlackTrigger, type TriggerOf } from '../domain/trigger.ts';
import type { Workflow } from '../domain/workflow.ts';
import { AppError } from '../errors.ts';
import type { BoardTriggers, TriggerPart } from '../http/board/board-triggers.ts';
import type { SlackConnection } from '../slack/connection.ts';
import { timeZoneOf } from '../slack/listeners/shared/time-zone-of.ts';
import {
  placeTriggerErrors,
  readNewTrigger,
  readTriggerPart,
  type TriggerFormPart,
} from '../slack/triggers/read-trigger-forms.ts';
import { trySample } from '../slack/triggers/try-sample.ts';
import { type SourceDirectory, writeSource } from '../slack/triggers/written-source.ts';

/** The connection to an org's workspace. @throws AppError when there is none */
export type FindConnection = (orgId: string) => Promise<SlackConnection>;

const slackParts: Readonly<Record<TriggerFormPart, string>> = {
  inputs: 'What the task gets',
  where: 'Where it listens, and to whom',
  match: 'Which messages',
  name: 'Name',
};

/** Slack's forms of triggers, intakes and schedules, for the board. `connectionOf`: null without Slack. */
export function createBoardTriggers(connectionOf: FindConnection | null, publicUrl: string): BoardTriggers {
  async function directoryOf(orgId: string): Promise<SourceDirectory> {
    return connectionOf === null ? noDirectory : (await connectionOf(orgId)).directory;
  }

  return {
    async newForm(kind, workflow, { userId }) {
      switch (kind) {
        case 'message':
        case 'reaction':
          return formOf(newTriggerForm(kind, workflow.name, ''));
        case 'intake':
          return formOf(intakeForm({ workflowId: workflow.id, name: workflow.name }));
        case 'schedule': {
          const timeZone = await timeZoneOf(await directoryOf(workflow.orgId), userId);
          return formOf(scheduleForm({ workflow, when: '', timeZone, hasChannel: false, metadata: '' }));
        }
      }
    },
    readNew: async (kind, workflow, state) =>
      readNewTrigger(await directoryOf(workflow.orgId), kind, workflow.inputsSchema, state),
    readNewIntake: readIntakeForm,
    readSchedule(state, schema, before) {
      const { postsHere: _alwaysElsewhere, ...values } = readScheduleForm(state, schema, before);
      return values;
    },
    async parts(trigger, workflow) {
      const name = { part: 'name', label: 'Name', blocks: blocksOf(triggerNameForm(trigger, '')) };
      if (trigger.kind === 'schedule') return [timesPart(trigger, workflow), name];
      if (!isSlackTrigger(trigger)) return [name];
      const written = await writeSource(await directoryOf(workflow.orgId), trigger);
      return Object.entries(slackParts).map(([part, label]) => ({
        part,
        label: part === 'match' && trigger.kind === 'reaction' ? 'Which emoji and messages' : label,
        blocks: blocksOf(slackPartForm(part as TriggerFormPart, trigger, workflow, written)),
      }));
    },
    async readPart(trigger, part, workflow, state) {
      const errors = {};
      if (part === 'name') return { changes: { name: readName(state, errors) }, errors };
      if (!isSlackTrigger(trigger) || !Object.hasOwn(slackParts, part)) return null;
      const directory = await directoryOf(workflow.orgId);
      return readTriggerPart(directory, trigger, part as TriggerFormPart, workflow.inputsSchema, state);
    },
    placeErrors: placeTriggerErrors,
    async tryText(trigger, workflow, text, { userId }) {
      if (connectionOf === null) return notConnected;
      const connection = await connectionOf(workflow.orgId);
      const schema = workflow.inputsSchema;
      const inputs = await trySample(connection, { trigger, schema, text, requester: { userId } });
      return describeTried(schema, { text, inputs });
    },
    gives: inputLines,
    command: (workflow, intake, key) => commandFor(publicUrl, workflow, intake, key),
    deleteWords(trigger) {
      if (trigger.kind === 'intake') return deleteIntakeWords(trigger.name);
      if (trigger.kind === 'schedule') return deleteScheduleWords(trigger.name);
      return deleteTriggerWords(`“${trigger.name}”`);
    },
  };
}

const notConnected = 'Slack is not connected here, so channels and people cannot be looked up.';
const noDirectory: SourceDirectory = {
  resolve: () => Promise.resolve({ kind: 'unknown', reason: notConnected }),
  labelOf: () => Promise.resolve(null),
  account: () => Promise.reject(new AppError('no-slack', 409, notConnected)),
};

function slackPartForm(
  part: TriggerFormPart,
  trigger: SlackTrigger,
  { inputsSchema: schema }: Workflow,
  written: { channels: string; from: string },
): ModalView {
  switch (part) {
    case 'name':
      return triggerNameForm(trigger, '');
    case 'where':
      return whereForm(trigger, written, '');
    case 'match':
      return matchForm(trigger, '');
    case 'inputs':
      return withNeeded(triggerInputsForm({ trigger, schema, metadata: '' }));
  }
}

/** What a task needs is optional in Slack's form, which would else not be sent; a page says only that it is needed. */
function withNeeded(view: ModalView): ModalView {
  const blocks = blocksOf(view).map((block) =>
    block.type === 'input' && block.hint !== undefined ? { ...block, optional: false } : block,
  );
  return { ...view, blocks };
}

function timesPart(schedule: TriggerOf<'schedule'>, workflow: Workflow): TriggerPart {
  const { settings } = schedule;
  const { timeZone } = settings;
  const when = settings.words === null ? settings.cron : wordsOf(settings);
  const form = scheduleForm({ workflow, when, timeZone, hasChannel: false, metadata: '', settings });
  return { part: 'times', label: 'When, and with what', blocks: blocksOf(form).slice(1) };
}

function formOf(view: ModalView): { title: string; blocks: KnownBlock[] } {
  return { title: view.title.text, blocks: blocksOf(view) };
}

/** Our own forms are made of blocks that Slack's types know. */
function blocksOf(view: ModalView): KnownBlock[] {
  return view.blocks as KnownBlock[];
}
