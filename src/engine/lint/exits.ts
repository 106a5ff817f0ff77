import {
  type AskStep,
  type HumanStep,
  type RunStep,
  type Step,
  type WaitStep,
  defaultCondition,
  escalate,
  failAtDeadline,
  isRefusal,
  outcomesOf,
} from '../../domain/definition.ts';
import { type JsonObject, isJsonObject } from '../../domain/json.ts';
import { type SchemaLiteral, fitting, meetsAll, notFitting } from '../../domain/satisfy/schema-literal.ts';
import type { WorkBudget } from '../../domain/work-budget.ts';
import { isConditionOf } from '../steps/pass-deadline.ts';

/** One way in which a step can end, as far as handoffs and later templates can tell it from others. */
export interface Exit {
  /** What happens, in words that follow "when". */
  how: string;
  outcome: string | null;
  /** What the output is known to be; null: the step leaves none. */
  output: readonly SchemaLiteral[] | null;
  by: 'person' | 'anybody' | 'system';
}

const isNotNull = notFitting({ type: 'null' });
const isText = fitting({ type: 'string' });

/** Every way in which the step can end by itself, by people and through the API; a reroute is none of them. @throws WorkUsedUp */
export function exitsOf(step: Step, budget: WorkBudget): Exit[] {
  switch (step.type) {
    case 'HUMAN':
      return [...decisionExits(step, budget), ...timeoutExits(step)];
    case 'USER_MESSAGE':
      return [...doneExits(step, 'it is marked done'), ...timeoutExits(step)];
    case 'WAIT':
      return waitExits(step);
    case 'PROMPT':
    case 'AGENT':
    case 'TOOL':
      return runExits(step, budget);
  }
}

function decisionExits(step: HumanStep, budget: WorkBudget): Exit[] {
  const schema = step.outputSchema as JsonObject | undefined;
  const takesNothing = schema === undefined || meetsAll({}, [fitting(schema)], budget);
  return outcomesOf(step).flatMap(({ name: outcome }): Exit[] => {
    const exit = { how: `"${outcome}" is chosen`, outcome, by: 'person' } as const;
    const mayBeEmpty = takesNothing || isRefusal(step, outcome);
    return [
      ...(mayBeEmpty ? [{ ...exit, output: null }] : []),
      { ...exit, output: schema === undefined ? [isNotNull] : [fitting(schema), isNotNull] },
    ];
  });
}

/** A deadline that takes a condition leaves no output, or what the form started with. */
function timeoutExits(step: AskStep): Exit[] {
  const { deadline } = step;
  if (deadline === undefined || deadline.then === escalate) return [];
  const { then, after } = deadline;
  if (then === failAtDeadline && !isConditionOf(step, then)) return [];
  const exit = { how: `nobody answers within ${after} ("${then}")`, outcome: then, by: 'system' } as const;
  const isApproval = step.type === 'HUMAN' && outcomesOf(step).some(({ name }) => name === then);
  const prefill = step.type === 'HUMAN' && isApproval && !isRefusal(step, then) ? (step.prefill ?? {}) : {};
  const names = Object.keys(prefill);
  if (names.length === 0) return [{ ...exit, output: null }];
  const prefilled: JsonObject = {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: prefillType(step, name) }])),
    additionalProperties: false,
    minProperties: 1,
  };
  return [
    { ...exit, output: null },
    { ...exit, output: [fitting(prefilled)] },
  ];
}

/** See `renderPrefill`: what a template gives becomes a number or a truth value where the schema wants one. */
function prefillType({ outputSchema }: AskStep, name: string): string {
  const properties = outputSchema?.['properties'];
  const property = isJsonObject(properties) ? properties[name] : undefined;
  const type = isJsonObject(property) ? property['type'] : undefined;
  if (type === 'number' || type === 'integer') return 'number';
  return type === 'boolean' ? type : 'string';
}

/** A program that completes a step may name the condition, and give an output. */
function doneExits(step: Exclude<Step, HumanStep | RunStep>, how: string): Exit[] {
  const schema = step.outputSchema as JsonObject | undefined;
  const named = (step.handoffs ?? []).filter(
    ({ condition, when }) => when === undefined && condition !== defaultCondition,
  );
  const given: readonly SchemaLiteral[] = schema === undefined ? [isNotNull] : [fitting(schema), isNotNull];
  return [
    { how, outcome: null, output: null, by: 'anybody' },
    { how: `${how} with an output`, outcome: null, output: given, by: 'anybody' },
    ...named.flatMap(({ condition }): Exit[] => {
      const exit = { how: `it is completed with "${condition}"`, outcome: condition, by: 'anybody' } as const;
      return [
        { ...exit, output: null },
        { ...exit, output: given },
      ];
    }),
  ];
}

/** What a signal brings is not checked against the output schema. */
function waitExits(step: WaitStep & Step): Exit[] {
  const ended = doneExits(step, step.signal === undefined ? 'the time has come' : 'it is completed');
  if (step.signal === undefined) return ended;
  const how = `the signal "${step.signal}" comes`;
  return [
    { how, outcome: null, output: null, by: 'anybody' },
    { how, outcome: null, output: [isNotNull], by: 'anybody' },
    ...ended,
  ];
}

/** What a model or a tool answers; a free text is read as one of the conditions that have no `when`. */
function runExits(step: RunStep, budget: WorkBudget): Exit[] {
  const answer = answerOf(step);
  const how = step.type === 'TOOL' ? 'the tool has answered' : 'the answer is there';
  const exit = { how, outcome: null, by: 'system' } as const;
  const schema = step.outputSchema as JsonObject | undefined;
  const mayBeNull = step.type !== 'TOOL' && schema !== undefined && meetsAll(null, [fitting(schema)], budget);
  return [
    ...(mayBeNull ? [{ ...exit, output: null }] : []),
    { ...exit, output: [...answer, notFitting({ type: ['string', 'null'] })] },
    ...textExits(step, [...answer, isText], exit),
  ];
}

function answerOf({ type, outputSchema }: RunStep): readonly SchemaLiteral[] {
  const given = outputSchema === undefined ? [] : [fitting(outputSchema as JsonObject)];
  if (type === 'TOOL') return [...given, fitting({ type: ['object', 'array', 'string'] })];
  return outputSchema === undefined ? [isText] : given;
}

/** See `pickOutcome`: a model is asked which condition a text means; of a tool only a name itself counts. */
function textExits(step: RunStep, text: readonly SchemaLiteral[], exit: Omit<Exit, 'output'>): Exit[] {
  const { handoffs = [] } = step;
  const isNamed = ({ condition, when }: (typeof handoffs)[number]): boolean =>
    when === undefined && condition !== defaultCondition;
  const names = [...new Set(handoffs.filter(isNamed).map(({ condition }) => condition))];
  const isPicked = step.type !== 'TOOL';
  const said = names.map(
    (name): Exit => ({
      ...exit,
      how: isPicked ? `the answer means "${name}"` : `the tool answers "${name}"`,
      outcome: name,
      output: isPicked ? text : [...text, fitting({ enum: spellingsOf(name) })],
    }),
  );
  const hasDefault = handoffs.some(({ condition }) => condition === defaultCondition);
  const schemas = handoffs.flatMap(({ when }) => (when === undefined ? [] : [when as JsonObject]));
  if (!isPicked) {
    const unsaid = names.length === 0 ? [] : [notFitting({ enum: names.flatMap(spellingsOf) })];
    return [...said, { ...exit, output: [...text, ...unsaid] }];
  }
  if (names.length === 0 || hasDefault) return [...said, { ...exit, output: text }];
  // Whatever no schema takes is read as one of the names.
  return [...said, ...schemas.map((schema) => ({ ...exit, output: [...text, fitting(schema)] }))];
}

function spellingsOf(name: string): string[] {
  return [...new Set([name, name.toLowerCase(), name.toUpperCase()])];
}
