import type { KnownBlock } from '@slack/types';
import { isRunStep, type Step } from '../../src/domain/definition.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { JsonSchema } from '../../src/domain/json-schema.ts';
import { section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import type { FormState } from '../form-reader.ts';
import { readRouteForm, routeInputs } from '../route-form.ts';
import { stepTitle } from '../task-view.ts';
import { describeRoutes } from '../workflow-words.ts';
import { describeCondition } from './condition-words.ts';
import { choiceInput, readChoice } from './form-inputs.ts';
import { isNamedOnly, isReadByModel } from './read-by-model.ts';
import { type PartContext, type StepPartForm, withField } from './step-part.ts';

/** The choice of what follows in Slack, where one form leads to the next. */
export const routesNextBlock = 'routes_next';
const maxConditions = 30;

/** Where a step leads: one choice for each outcome, and conditions on what came out of it. */
export const routesPart: StepPartForm = {
  label: 'Routes',
  title: 'Where it leads',
  appliesTo: () => true,
  summary: ({ definition, step }) => clip(describeRoutes(definition, step), 600),
  blocks: (context) => [
    ...conditionList(context),
    ...routeInputs(context),
    ...(canHaveConditions(context.step) ? [nextInput(context.step)] : []),
  ],
  read: ({ definition, step }, state) => {
    const { handoffs, errors } = readRouteForm({ definition, step }, state);
    return { step: withField(step, 'handoffs', handoffs), errors };
  },
};

/** Which condition is to be changed after the routes were saved: its place, `add` for a new one, or null for none. */
export function readNextCondition(step: Step, state: FormState): number | 'add' | null {
  const known = ['none', 'add', ...(step.handoffs ?? []).map((_, index) => String(index))];
  const chosen = readChoice(state, routesNextBlock, known, 'none');
  if (chosen === 'none' || chosen === 'add') return chosen === 'add' ? 'add' : null;
  return Number(chosen);
}

function conditionList({ definition, step }: PartContext): KnownBlock[] {
  const lines = (step.handoffs ?? []).slice(0, maxConditions).flatMap(({ condition, when, to }) => {
    if (when === undefined) return [];
    const says = describeCondition(when as JsonObject, step.outputSchema as JsonSchema | undefined);
    const target = definition.steps.find(({ name }) => name === to);
    const leads = target === undefined ? 'the end' : inline(stepTitle(target));
    return [clip(`• “${clip(inline(condition), 75)}”: ${says} → ${leads}`, 400)];
  });
  if (lines.length === 0) return [];
  return [section(clip(['*These are tried first, in this order*', ...lines].join('\n'), 2_900))];
}

/** Only an output can be looked at: of a form, or of a step that leaves one. */
export function canHaveConditions(step: Step): boolean {
  const hasAny = (step.handoffs ?? []).some(({ when }) => when !== undefined);
  return step.outputSchema !== undefined || hasAny || isRunStep(step);
}

/** The handoffs that `conditionForm` can change, with their places among all of the step. */
export function listConditions(step: Step): { index: number; name: string }[] {
  return (step.handoffs ?? []).slice(0, maxConditions).flatMap((handoff, index) => {
    const isChanged = handoff.when !== undefined || (isRunStep(step) && isNamedOnly(handoff));
    return isChanged ? [{ index, name: handoff.condition }] : [];
  });
}

function nextInput(step: Step): KnownBlock {
  const conditions = listConditions(step).map(
    ({ index, name }) => [String(index), `Change “${clip(name, 60)}”`] as const,
  );
  return choiceInput({
    blockId: routesNextBlock,
    label: 'Conditions on what was answered',
    ...(isReadByModel(step)
      ? {
          hint: 'It answers with a text, so a model reads which of the conditions it means. Conditions on fields come with “Answer: the fields that come out”.',
        }
      : {}),
    choices: [['none', 'Leave them as they are'], ['add', 'Save, and add a condition'], ...conditions],
    initial: 'none',
  });
}
