import type { Command } from '../../../src/domain/command.ts';
import {
  type Definition,
  type RunStep,
  type Step,
  isRunStep,
  outcomesOf,
} from '../../../src/domain/definition.ts';
import type { ExecutionState } from '../../../src/domain/execution.ts';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import { matchesSchema } from '../../../src/domain/json-schema.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import { pickOutcome } from '../../../src/engine/runs/pick-outcome.ts';
import { transition } from '../../../src/engine/transition.ts';
import { currentId, person, programKey, startTime, started } from '../builders.ts';

/** What was seen of a workflow when everything that can be done with its tasks was done. */
export interface Explored {
  reached: Set<string>;
  /** `from -> to` for each handoff that was taken. */
  edges: Set<string>;
  /** Steps at which a task stopped, by the code of the failure. */
  failures: Map<string, Set<string>>;
  /** Steps from which a task was seen to end. */
  ending: Set<string>;
}

const risks: (string | undefined)[] = [undefined, 'low', 'high', 'mid'];
const numbers: (number | undefined)[] = [undefined, 0, 0.5, 1, 1.5, 2];
/** One value for each way in which the conditions of `lintableWorkflow` can tell outputs apart. */
const outputPool: JsonValue[] = [
  null,
  'yes',
  'no',
  'late',
  'approved',
  'rejected',
  'any text',
  { risk: 'other' },
  7,
  [],
  ...risks.flatMap((risk) =>
    numbers.map(
      (n): JsonObject => ({ ...(risk === undefined ? {} : { risk }), ...(n === undefined ? {} : { n }) }),
    ),
  ),
];
const inputPool: JsonObject[] = [{ a: 'x' }, { a: 'x', b: { c: 'y' } }, { a: 'x', d: 'z' }];
const maxStates = 4_000;

/**
 * Does everything that can be done with tasks of the workflow, by the real transition function. Null: there is too much.
 *
 * @param readStep the one step whose result a template reads: two tasks at the same step that differ in nothing else
 *   that any rule of the engine looks at are the same
 */
export async function explore(definition: Definition, readStep: string | null): Promise<Explored | null> {
  const explored: Explored = { reached: new Set(), edges: new Set(), failures: new Map(), ending: new Set() };
  const queue: ExecutionState[] = [];
  const seen = new Set<string>();
  const visit = (before: ExecutionState | null, after: ExecutionState): void => {
    record(explored, before, after);
    const key = keyOf(after, readStep);
    if (seen.has(key)) return;
    seen.add(key);
    queue.push(after);
  };
  for (const inputs of inputPool) visit(null, started(definition, { inputs }).execution);
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    if (seen.size > maxStates) return null;
    if (state.status !== 'RUNNING') continue;
    for (const after of await followers(definition, state)) visit(state, after);
  }
  addEnding(explored);
  return explored;
}

/** Where a task is, and all that may matter of what happened before. How often it came there does not. */
function keyOf({ status, pointer, context, failure }: ExecutionState, readStep: string | null): string {
  const read = readStep === null ? null : [context.inputs, context.steps[readStep]];
  return JSON.stringify([status, pointer, failure?.code, read]);
}

function record(explored: Explored, before: ExecutionState | null, after: ExecutionState): void {
  const passed = after.stack.slice(before === null ? 0 : before.stack.length - 1);
  for (const [index, stepExecution] of passed.entries()) {
    const { stepName, status, failure } = stepExecution;
    explored.reached.add(stepName);
    if (failure !== null) {
      const codes = explored.failures.get(stepName) ?? new Set();
      explored.failures.set(stepName, codes.add(failure.code));
    }
    if (status !== 'COMPLETED') continue;
    explored.edges.add(`${stepName} -> ${passed[index + 1]?.stepName ?? 'complete'}`);
  }
}

function addEnding({ edges, ending }: Explored): void {
  for (let before = -1; before !== ending.size; ) {
    before = ending.size;
    for (const edge of edges) {
      const [from = '', to = ''] = edge.split(' -> ');
      if (to === 'complete' || ending.has(to)) ending.add(from);
    }
  }
}

async function followers(definition: Definition, state: ExecutionState): Promise<ExecutionState[]> {
  const step = definition.steps.find(({ id }) => id === state.pointer);
  if (step === undefined) return [];
  if (isRunStep(step)) return runs(definition, state, step);
  return commandsAt(step, currentId(state)).flatMap((command) =>
    apply(definition, state, command, startTime),
  );
}

function commandsAt(step: Exclude<Step, RunStep>, stepExecutionId: string): [Command, ...Command[]] {
  const wake: Command = { type: 'wake' };
  const by = step.type === 'HUMAN' ? person('bo') : programKey;
  const base = { stepExecutionId, comment: 'because', by } as const;
  if (step.type === 'HUMAN') {
    const decisions = outcomesOf(step).flatMap(({ name: outcome }) =>
      outputPool.map((output): Command => ({ ...base, type: 'decide', outcome, output })),
    );
    return [wake, ...decisions];
  }
  const outcomes = [null, ...(step.handoffs ?? []).map(({ condition }) => condition)];
  const completions = outcomes.flatMap((outcome): Command[] => [
    ...outputPool.map((output): Command => ({ ...base, type: 'complete', outcome, output })),
    { ...base, type: 'complete', outcome, output: null, by: person('chi') },
  ]);
  const signals = outputPool.map(
    (payload): Command => ({ type: 'signal', name: 'go', payload, by: programKey }),
  );
  return [wake, ...completions, ...(step.type === 'WAIT' && step.signal !== undefined ? signals : [])];
}

function apply(definition: Definition, state: ExecutionState, command: Command, at: Date): ExecutionState[] {
  const due = state.stack.at(-1)?.timers;
  const now = command.type === 'wake' ? (due?.deadlineAt ?? due?.wakeAt ?? at) : at;
  try {
    return [transition(definition, state, command, now).execution];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** Each answer that fits, read in each way in which a model may read it. */
async function runs(definition: Definition, state: ExecutionState, step: RunStep): Promise<ExecutionState[]> {
  const stepExecutionId = currentId(state);
  const begun = transition(
    definition,
    state,
    { type: 'start-run', stepExecutionId, token: 't', leaseMs: 1_000 },
    startTime,
  ).execution;
  const schema = step.outputSchema as JsonObject | undefined;
  const answers = outputPool.filter((output) =>
    schema === undefined ? typeof output === 'string' : matchesSchema(schema, output),
  );
  const ended: ExecutionState[] = [];
  for (const output of answers) {
    for (const outcome of await readings(step, output)) {
      const report = { entries: [], usage: { promptTokens: 0, completionTokens: 0 } };
      const end = { kind: 'done', output, outcome, facts: {}, report } as const;
      ended.push(
        ...apply(definition, begun, { type: 'end-run', stepExecutionId, token: 't', end }, startTime),
      );
    }
  }
  return ended;
}

async function readings(step: RunStep, output: JsonValue): Promise<Set<string | null>> {
  const picked = new Set<string | null>();
  let count = 1;
  for (let choice = 0; choice < count; choice += 1) {
    const outcome = await pickOutcome(
      {
        runs: {
          pickCondition: async ({ conditions }: { conditions: readonly { name: string }[] }) => {
            count = conditions.length;
            return { kind: 'picked', condition: conditions[choice]?.name ?? null, reason: 'so', log: [] };
          },
        } as never,
      },
      step,
      output,
      { model: { provider: 'p', model: 'm' }, attempt: 1, signal: new AbortController().signal },
    );
    if (outcome.kind === 'picked') picked.add(outcome.outcome);
  }
  return picked;
}
