import type { InputBlock, PlainTextOption } from '@slack/types';
import { chooseRoute } from '../src/domain/condition.ts';
import {
  complete,
  type Definition,
  defaultCondition,
  type Handoff,
  isRunStep,
  outcomesOf,
  type Step,
} from '../src/domain/definition.ts';
import { isNamedOnly } from './authoring/read-by-model.ts';
import { input, option } from './elements.ts';
import { clip } from './escape.ts';
import type { FormErrors } from './form-errors.ts';
import { valueActionId } from './form-input.ts';
import { type FormState, readInput } from './form-reader.ts';
import { limits } from './limits.ts';
import { uniqueStepTitle } from './task-view.ts';

export interface RouteOptions {
  definition: Definition;
  step: Step;
}

/** One thing that can come out of a step, and where it leads now. */
interface Route {
  blockId: string;
  condition: string;
  label: string;
  to: string;
}

const finishLabel = 'Finish the task';

/** Asks where each outcome of a step leads, or where a step without outcomes does. */
export function routeInputs({ definition, step }: RouteOptions): InputBlock[] {
  const targets = targetOptions(definition, step);
  return asksOf(definition, step).map(({ blockId, label, to }) => {
    const initial = targets.find(({ value }) => value === to);
    return input({
      blockId,
      label,
      element: {
        type: 'static_select',
        action_id: valueActionId,
        options: targets,
        placeholder: {
          type: 'plain_text',
          text: clip(`Now: ${initial?.text.text ?? finishLabel}`, limits.placeholder),
          emoji: false,
        },
        ...(initial === undefined ? {} : { initial_option: initial }),
      },
    });
  });
}

/**
 * The step's handoffs as chosen. What the form does not ask about (conditions with a `when`, the one of a
 * deadline) stays as it is, and where it is. A choice that comes back empty stays as it was, too.
 */
export function readRouteForm(
  { definition, step }: RouteOptions,
  state: FormState,
): { handoffs: Handoff[]; errors: FormErrors } {
  const errors: FormErrors = {};
  const known = new Set(definition.steps.map(({ name }) => name));
  const routes = asksOf(definition, step);
  const chosen = routes.map(({ blockId, condition, to }): Handoff => {
    const target = readInput(state, blockId).selected[0] ?? to;
    if (target !== complete && !known.has(target))
      errors[blockId] = 'This step is no longer there. Open the form again.';
    return { condition, to: target };
  });
  return { handoffs: withChosen(step.handoffs ?? [], chosen), errors };
}

/** Conditions are tried in order, so each stays where it is; what is new comes last, before what happens otherwise. */
function withChosen(before: readonly Handoff[], chosen: readonly Handoff[]): Handoff[] {
  const handoffs = before.map((handoff) => {
    const now = chosen.find(({ condition }) => condition === handoff.condition);
    return handoff.when !== undefined || now === undefined ? handoff : now;
  });
  const added = chosen.filter((handoff) => !handoffs.includes(handoff));
  const endsWithDefault = handoffs.at(-1)?.condition === defaultCondition;
  const last = endsWithDefault ? handoffs.splice(-1) : [];
  return [...handoffs, ...added, ...last];
}

function asksOf(definition: Definition, step: Step): Route[] {
  if (step.type !== 'HUMAN') return asksOfOthers(definition, step);
  return outcomesOf(step).map(({ name, label }, index) => ({
    blockId: `route-${index}`,
    condition: name,
    label: `When “${label}” is chosen`,
    to: targetOf(definition, step, name),
  }));
}

/** What a step without buttons may come to: each condition that only has a name, and what happens otherwise. */
function asksOfOthers(definition: Definition, step: Step): Route[] {
  const handoffs = isRunStep(step) ? (step.handoffs ?? []) : [];
  const named = handoffs.filter(isNamedOnly).map(({ condition }) => condition);
  const hasConditions = named.length > 0 || handoffs.some(({ when }) => when !== undefined);
  const done = step.type === 'WAIT' ? 'When the wait is over' : 'When it is done';
  const label = hasConditions ? 'Otherwise' : done;
  return [
    ...[...new Set(named)].map((condition, index) => ({
      blockId: `route-${index + 1}`,
      condition,
      label: `When the answer means “${condition}”`,
      to: targetOf(definition, step, condition),
    })),
    {
      blockId: 'route-0',
      condition: defaultCondition,
      label,
      to: targetOf(definition, step, defaultCondition),
    },
  ];
}

/** Where the condition leads now: its own handoff, else the default one, else where a step without handoffs leads. */
function targetOf(definition: Definition, step: Step, condition: string): string {
  const handoffs = step.handoffs ?? [];
  const own = handoffs.find((handoff) => handoff.condition === condition && handoff.when === undefined);
  const fallback = handoffs.find((handoff) => handoff.condition === defaultCondition);
  const route = chooseRoute(definition, { ...step, handoffs: [] }, { outcome: condition, output: null });
  return own?.to ?? fallback?.to ?? (route.kind === 'step' ? route.step.name : complete);
}

/** The steps after this one, then those before it, and the end. */
export function targetOptions({ steps }: Pick<Definition, 'steps'>, step: Step): PlainTextOption[] {
  const index = steps.findIndex(({ id }) => id === step.id);
  const before = steps
    .slice(0, index)
    .map((target) => option(`Back to: ${uniqueStepTitle(steps, target)}`, target.name));
  const after = steps.slice(index + 1).map((target) => option(uniqueStepTitle(steps, target), target.name));
  return [...[...after, ...before].slice(0, limits.selectOptions - 1), option(finishLabel, complete)];
}
