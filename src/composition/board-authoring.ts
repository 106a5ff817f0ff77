import type { KnownBlock, ModalView } from '@slack/types';
import { addStepForm, readAddStepForm } from '../../blocks/add-step-form.ts';
import { conditionBlocks, conditionForm } from '../../blocks/authoring/condition-form.ts';
import { argumentsPart } from '../../blocks/authoring/part-arguments.ts';
import { canHaveConditions, listConditions, routesNextBlock } from '../../blocks/authoring/part-routes.ts';
import { withTool } from '../../blocks/authoring/part-tool.ts';
import { partForms } from '../../blocks/authoring/parts.ts';
import type { PartContext } from '../../blocks/authoring/step-part.ts';
import { readConditionForm } from '../../blocks/authoring/read-condition-form.ts';
import { checkIntro } from '../../blocks/check/check-message.ts';
import { partOf } from '../../blocks/check/part-of-finding.ts';
import {
  readSettingsForm,
  settingsBlocks,
  settingsForm,
  type SettingsFormOptions,
} from '../../blocks/authoring/settings-form.ts';
import { describeAnswer } from '../../blocks/authoring/step-form.ts';
import { renameStep } from '../../blocks/authoring/step-references.ts';
import { newWorkflowForm, readNewWorkflowForm } from '../../blocks/new-workflow-form.ts';
import { withTitles } from '../../blocks/rehearsal/scenario-lines.ts';
import { readStartForm, startForm } from '../../blocks/start-form.ts';
import { stepRoutes } from '../../blocks/step-routes.ts';
import { titleOfStep, withStepTitles } from '../../blocks/task-view.ts';
import { triggerSentence } from '../../blocks/triggers/starters.ts';
import { describeRoutes } from '../../blocks/workflow-words.ts';
import type { Step } from '../domain/definition.ts';
import { boardFields } from './board-fields.ts';
import type {
  BoardAuthoring,
  SettingsContext,
  StepContext,
  StepEdge,
} from '../http/board/board-authoring.ts';

/** The forms of Slack as the board uses them. */
export const boardAuthoring: BoardAuthoring = {
  parts(given) {
    const context = partContext(given);
    return applicable(given.step).map(([part, form]) => ({
      part,
      label: form.label,
      summary: form.summary(context),
      // What follows in Slack is a link here.
      blocks: form.blocks(context).filter(({ block_id: id }) => id !== routesNextBlock),
    }));
  },
  readStep(given, part, state) {
    const form = applicable(given.step).find(([name]) => name === part)?.[1];
    if (form === undefined) return null;
    const { step, errors, place } = form.read(partContext(given), state);
    const { steps } = given.definition;
    const replaced = steps.map((other) => (other.id === step.id ? step : other));
    const renamed =
      step.name === given.step.name ? replaced : renameStep(replaced, given.step.name, step.name);
    return { step, steps: place === undefined ? renamed : moved(renamed, step.id, place), errors };
  },
  settings: {
    blocks: (context) => blocksOf(settingsForm({ ...shownSettings(context), metadata: '' })).slice(1),
    read: (context, state) => readSettingsForm(shownSettings(context), state),
    channelError: (reason) => ({ [settingsBlocks.channel]: reason }),
  },
  newWorkflowBlocks: () => blocksOf(newWorkflowForm({ metadata: '' })),
  readNewWorkflow: readNewWorkflowForm,
  answer: describeAnswer,
  fields: boardFields,
  conditions: {
    list: (step) => (canHaveConditions(step) ? listConditions(step) : null),
    blocks(given, index, asJson) {
      const { workflow, definition, step } = given;
      return inRows(blocksOf(conditionForm({ workflow, definition, step, index, metadata: '', asJson })));
    },
    read({ definition, step }, index, state) {
      const read = readConditionForm({ step, index }, state);
      const steps = definition.steps.map((other) => (other.id === step.id ? read.step : other));
      return { steps, errors: read.errors };
    },
    withoutPlace: ({ [conditionBlocks.position]: _place, ...state }) => state,
  },
  withTool,
  takesArguments: (given) =>
    given.step.type === 'TOOL' &&
    argumentsPart.blocks(partContext(given)).some(({ type }) => type === 'input'),
  addBlocks: (type, { workflow, definition, resources }) =>
    blocksOf(addStepForm({ type, workflow, definition, resources, metadata: '', hasPickers: false })),
  readAdd: (type, { definition, resources }, state) =>
    readAddStepForm({ type, definition, resources }, state),
  check: {
    intro: checkIntro,
    finding({ steps }, finding) {
      const step = steps.find(({ name }) => name === finding.stepName) ?? null;
      return {
        step,
        says: withStepTitles(finding.message, steps),
        fix: finding.fix,
        way: finding.path.map(({ stepName, taken }) => ({ title: titleOfStep(steps, stepName), taken })),
        part: step === null ? 'edit' : partOf(finding, step),
      };
    },
    scenario: (definition, result) => withTitles(result, definition),
  },
  edges: (definition) =>
    definition.steps.flatMap((step) =>
      stepRoutes(definition, step).map(
        ({ label, target, handoff }): StepEdge => ({
          from: step.id,
          label,
          handoff,
          to:
            target.kind === 'step'
              ? { kind: 'step', stepId: target.step.id }
              : target.kind === 'end'
                ? { kind: 'end' }
                : null,
        }),
      ),
    ),
  routes: describeRoutes,
  startBlocks: (workflow, inputsSchema) => blocksOf(startForm({ workflow, inputsSchema, metadata: '' })),
  readStart: (schema, state) => readStartForm(schema, state, {}),
  trigger: triggerSentence,
};

/** A channel is shown by its name, and written. */
function shownSettings({ workflow, teams, channel }: SettingsContext): Omit<SettingsFormOptions, 'metadata'> {
  const postTo = channel === '' ? workflow.postTo : channel;
  return {
    workflow: postTo === undefined ? workflow : { ...workflow, postTo },
    teams,
    hasPickers: false,
  };
}

/** Field, comparison and value of a condition stand beside each other. */
function inRows(blocks: readonly KnownBlock[]): KnownBlock[][] {
  const rows = new Map<string, KnownBlock[]>();
  for (const [place, block] of blocks.entries()) {
    const key = /^condition_\d+_/.exec(block.block_id ?? '')?.[0] ?? String(place);
    rows.set(key, [...(rows.get(key) ?? []), block]);
  }
  return [...rows.values()];
}

/** Our own forms are made of blocks that Slack's types know. */
function blocksOf(view: ModalView): KnownBlock[] {
  return view.blocks as KnownBlock[];
}

function partContext({ workflow, definition, step, resources }: StepContext): PartContext {
  return { workflow, definition, step, resources, hasPickers: false };
}

function applicable(step: Step): (readonly [string, (typeof partForms)[keyof typeof partForms]])[] {
  return Object.entries(partForms).filter(([, form]) => form.appliesTo(step));
}

function moved(steps: readonly Step[], stepId: string, place: number): Step[] {
  const step = steps.find(({ id }) => id === stepId);
  if (step === undefined) return [...steps];
  return steps.filter(({ id }) => id !== stepId).toSpliced(place, 0, step);
}
