import {
  type Definition,
  type Handoff,
  type Step,
  complete,
  defaultCondition,
  findStepByName,
  isRefusal,
  nextStep,
} from './definition.ts';
import type { Failure } from './execution.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { type JsonSchema, findSchemaErrors, matchesSchema } from './json-schema.ts';

/** Where a step's result leads: to a step, to the end, or nowhere, with the reason. */
export type Route =
  | { kind: 'step'; step: Step; condition: string | null }
  | { kind: 'complete'; condition: string | null }
  | { kind: 'stuck'; failure: Failure };

/** What came out of a step, as far as handoffs can see it. */
export interface StepResult {
  outcome: string | null;
  output: JsonValue;
}

/**
 * Chooses the handoff: in order, the first that matches; `default` when no other did. A step without
 * handoffs leads to the next step by position, the last one to the end; but a refusal ends the task, so that
 * a "no" never leads by itself to what a "yes" leads to.
 */
export function chooseRoute(definition: Definition, step: Step, result: StepResult): Route {
  const handoffs = step.handoffs ?? [];
  if (handoffs.length === 0) {
    if (step.type === 'HUMAN' && isRefusal(step, result.outcome))
      return { kind: 'complete', condition: result.outcome };
    const next = nextStep(definition.steps, step.id);
    return next === null
      ? { kind: 'complete', condition: null }
      : { kind: 'step', step: next, condition: null };
  }
  const taken = findHandoff(handoffs, result);
  if (taken === undefined) return { kind: 'stuck', failure: explainNoMatch(step, handoffs, result) };
  if (taken.to === complete) return { kind: 'complete', condition: taken.condition };
  const target = findStepByName(definition, taken.to);
  if (target === undefined) return { kind: 'stuck', failure: explainNoTarget(step, taken) };
  return { kind: 'step', step: target, condition: taken.condition };
}

/** The first handoff that matches; `default` when no other does. */
export function findHandoff(handoffs: readonly Handoff[], result: StepResult): Handoff | undefined {
  const named = handoffs.find(
    (handoff) => handoff.condition !== defaultCondition && matches(handoff, result),
  );
  return named ?? handoffs.find(({ condition }) => condition === defaultCondition);
}

/** True when the handoff's own condition holds, whatever stands before it; `default` matches by no condition. */
export function matches(handoff: Handoff, result: StepResult): boolean {
  // A step that left no output satisfies no condition on it, whatever the schema says of null.
  if (handoff.when !== undefined) {
    return result.output !== null && matchesSchema(handoff.when as JsonSchema, result.output);
  }
  return handoff.condition === result.outcome;
}

function explainNoMatch(step: Step, tried: readonly Handoff[], result: StepResult): Failure {
  const conditions = tried.map(
    (handoff): JsonObject => ({
      condition: handoff.condition,
      to: handoff.to,
      why:
        handoff.when === undefined
          ? `the outcome was ${result.outcome === null ? 'none' : `"${result.outcome}"`}`
          : describeErrors(handoff.when as JsonSchema, result.output),
    }),
  );
  const names = tried.map((handoff) => `"${handoff.condition}"`).join(', ');
  return {
    code: 'no-handoff-matched',
    message: `No handoff of the step "${step.name}" matched (tried ${names}), and it has no "default".`,
    data: { outcome: result.outcome, output: result.output, tried: conditions },
  };
}

function describeErrors(schema: JsonSchema, output: JsonValue): string {
  if (output === null) return 'the step left no output';
  return findSchemaErrors(schema, output)
    .map((error) => `${error.path === '' ? 'the output' : error.path} ${error.message}`)
    .join('; ');
}

function explainNoTarget(step: Step, handoff: Handoff): Failure {
  return {
    code: 'handoff-target-missing',
    message: `The step "${step.name}" hands "${handoff.condition}" to "${handoff.to}", and the workflow has no such step.`,
    data: { condition: handoff.condition, to: handoff.to },
  };
}
