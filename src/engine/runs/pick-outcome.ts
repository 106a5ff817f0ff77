import { type Handoff, type RunStep, defaultCondition } from '../../domain/definition.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { type JsonSchema, matchesSchema } from '../../domain/json-schema.ts';
import type { ModelCallEntry } from '../../domain/run-log.ts';
import type { AppError } from '../../errors.ts';
import type { RunDeps } from './run-deps.ts';
import type { Model } from './run-plan.ts';

export type PickedOutcome = { log: ModelCallEntry[] } & (
  | { kind: 'picked'; outcome: string | null; facts: JsonObject }
  | { kind: 'error'; error: AppError }
);

const nothing = { kind: 'picked', outcome: null, facts: {}, log: [] } as const;

/**
 * The condition that a free text means, out of the step's own. The model is asked only when there is more than one
 * that could be meant, and the text is not simply the name of one. `model` null: nobody can be asked.
 */
export async function pickOutcome(
  deps: Pick<RunDeps, 'runs'>,
  step: RunStep,
  output: JsonValue,
  asked: { model: Model | null; attempt: number; signal: AbortSignal },
): Promise<PickedOutcome> {
  if (typeof output !== 'string') return { ...nothing, log: [] };
  const candidates = candidatesOf(step, output);
  const named = candidates.filter((name) => name !== defaultCondition);
  if (named.length === 0) return { ...nothing, log: [] };
  const said = named.find((name) => name.toLowerCase() === output.trim().toLowerCase());
  if (said !== undefined) return { kind: 'picked', outcome: said, facts: {}, log: [] };
  const { model, attempt, signal } = asked;
  if (model === null) return { ...nothing, log: [] };
  const conditions = candidates.map((name) => ({ name }));
  const { timeoutMs } = step;
  const result = await deps.runs.pickCondition({
    ...model,
    answerText: output,
    conditions,
    ...(timeoutMs === undefined ? {} : { callTimeoutMs: timeoutMs }),
    attempt,
    signal,
  });
  if (result.kind === 'error') return { kind: 'error', error: result.error, log: result.log };
  const { condition, log } = result;
  const outcome = condition === defaultCondition ? null : condition;
  const reason =
    result.kind === 'picked' ? { picked: { condition: condition ?? null, reason: result.reason } } : {};
  return { kind: 'picked', outcome, facts: reason, log };
}

/** The conditions that only a reader of the text can tell apart; none when a schema decides before them. */
function candidatesOf({ handoffs = [] }: RunStep, output: JsonValue): string[] {
  const decided = handoffs.findIndex((handoff) => matches(handoff, output));
  const before = decided === -1 ? handoffs : handoffs.slice(0, decided);
  const names = before.filter(({ when }) => when === undefined).map(({ condition }) => condition);
  const isThereMore = decided !== -1 && !names.includes(defaultCondition);
  return [...new Set(isThereMore ? [...names, defaultCondition] : names)];
}

function matches({ when }: Handoff, output: JsonValue): boolean {
  return when !== undefined && matchesSchema(when as JsonSchema, output);
}
