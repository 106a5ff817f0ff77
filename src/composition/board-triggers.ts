import type { KnownBlock, ModalView } from '@slack/types';
import { intakeForm, readIntakeForm } from '../../blocks/intakes/intake-form.ts';
import { commandFor } from '../../blocks/intakes/intake-command.ts';
import {
  intakeInputs,
  intakeLines,
  placeIntakeErrors,
  readIntakeInputs,
} from '../../blocks/intakes/intake-inputs.ts';
import { deleteIntakeWords } from '../../blocks/intakes/intakes-message.ts';
import type { FormErrors } from '../../blocks/form-errors.ts';
import { placeScheduleErrors } from '../../blocks/schedules/place-schedule-errors.ts';
import { readScheduleForm, scheduleForm, scheduleFormBlocks } from '../../blocks/schedules/schedule-form.ts';
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
import { type SlackTrigger, type Trigger, isSlackTrigger, type TriggerOf } from '../domain/trigger.ts';
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
import { unheardNotice } from '../slack/triggers/unheard-notice.ts';
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
          return formOf(
            scheduleForm({ workflow, begins: { when: '', timeZone }, channelId: null, metadata: '' }),
          );
        }
      }
    },
    readNew: async (kind, workflow, state) =>
      readNewTrigger(await directoryOf(workflow.orgId), kind, workflow.inputsSchema, state),
    readNewIntake: readIntakeForm,
    readSchedule(state, schema, before) {
      const { posts: _saidInSlack, ...values } = readScheduleForm(state, schema, before);
      return values;
    },
    async parts(trigger, workflow) {
      const name = { part: 'name', label: 'Name', blocks: blocksOf(triggerNameForm(trigger, '')) };
      if (trigger.kind === 'schedule') return [timesPart(trigger, workflow), name];
      if (trigger.kind === 'intake') return [bodyPart(trigger, workflow), name];
      return slackPartsOf(trigger, workflow, await writeSource(await directoryOf(workflow.orgId), trigger));
    },
    async readPart(trigger, part, workflow, state) {
      const errors = {};
      if (part === 'name') return { changes: { name: readName(state, errors) }, errors };
      if (trigger.kind === 'intake' && part === 'inputs') {
        const inputsTemplate = readIntakeInputs(trigger, workflow.inputsSchema, state);
        return { changes: { settings: { inputsTemplate } }, errors };
      }
      if (!isSlackTrigger(trigger) || !Object.hasOwn(slackParts, part)) return null;
      const directory = await directoryOf(workflow.orgId);
      return readTriggerPart(directory, trigger, part as TriggerFormPart, workflow.inputsSchema, state);
    },
    placeErrors: placeErrorsOf,
    async tryText(trigger, workflow, text, { userId }) {
      if (connectionOf === null) return notConnected;
      const connection = await connectionOf(workflow.orgId);
      const schema = workflow.inputsSchema;
      const inputs = await trySample(connection, { trigger, schema, text, requester: { userId } });
      return describeTried(schema, { text, inputs });
    },
    gives: (trigger) => (trigger.kind === 'intake' ? intakeLines(trigger) : inputLines(trigger)),
    async unheard(trigger) {
      return connectionOf === null ? null : unheardNotice(await connectionOf(trigger.orgId), trigger);
    },
    command: (workflow, intake, key) => commandFor(publicUrl, workflow, intake, key),
    deleteWords: deleteWordsOf,
  };
}

function placeErrorsOf(
  ...[kind, error, inputs, schema]: Parameters<BoardTriggers['placeErrors']>
): FormErrors {
  switch (kind) {
    case 'schedule':
      return placeScheduleErrors(error, inputs);
    case 'intake':
      return placeIntakeErrors(error, inputs);
    case 'message':
    case 'reaction':
      return placeTriggerErrors(error, inputs, schema);
  }
}

function deleteWordsOf({ kind, name }: Trigger): string {
  if (kind === 'intake') return deleteIntakeWords(name);
  if (kind === 'schedule') return deleteScheduleWords(name);
  return deleteTriggerWords(`“${name}”`);
}

const notConnected = 'Slack is not connected here, so channels and people cannot be looked up.';
const noDirectory: SourceDirectory = {
  resolve: () => Promise.resolve({ kind: 'unknown', reason: notConnected }),
  labelOf: () => Promise.resolve(null),
  account: () => Promise.reject(new AppError('no-slack', 409, notConnected)),
};

function slackPartsOf(
  trigger: SlackTrigger,
  workflow: Workflow,
  written: { channels: string; from: string },
): TriggerPart[] {
  return Object.entries(slackParts).map(([part, label]) => ({
    part,
    label: part === 'match' && trigger.kind === 'reaction' ? 'Which emoji and messages' : label,
    blocks: blocksOf(slackPartForm(part as TriggerFormPart, trigger, workflow, written)),
  }));
}

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
      return triggerInputsForm({ trigger, schema, metadata: '', marksNeeded: true });
  }
}

/** What comes back is said by the API. */
function bodyPart(intake: TriggerOf<'intake'>, { inputsSchema }: Workflow): TriggerPart {
  return { part: 'inputs', label: 'What the task gets', blocks: intakeInputs(intake, inputsSchema) };
}

/** Its name has a part of its own, and where its cards stand is said in Slack. */
function timesPart(begins: TriggerOf<'schedule'>, workflow: Workflow): TriggerPart {
  const form = scheduleForm({ workflow, begins, channelId: null, metadata: '' });
  const elsewhere: string[] = [scheduleFormBlocks.name, scheduleFormBlocks.postTo];
  const blocks = blocksOf(form).filter(
    ({ type, block_id: id = '' }, place) => place > 0 && !(type === 'input' && elsewhere.includes(id)),
  );
  return { part: 'times', label: 'When, and with what', blocks };
}

function formOf(view: ModalView): { title: string; blocks: KnownBlock[] } {
  return { title: view.title.text, blocks: blocksOf(view) };
}

/** Our own forms are made of blocks that Slack's types know. */
function blocksOf(view: ModalView): KnownBlock[] {
  return view.blocks as KnownBlock[];
}
