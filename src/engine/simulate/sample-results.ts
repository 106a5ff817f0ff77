import { findHandoff } from '../../domain/condition.ts';
import { type Definition, type Step, defaultCondition, isRunStep } from '../../domain/definition.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import { sampleValues } from '../../domain/sample-values.ts';
import { hintsFor } from './sample-context.ts';
import { signatureAt } from './signature.ts';
import type { TemplateReads } from './template-reads.ts';

/** What may come out of a step without anybody having to choose: the output, and the condition that it stands for. */
export interface SampleResult {
  output: JsonValue;
  outcome: string | null;
}

export interface SampledStep {
  /** A few of them for each way that they go, and for each way that later templates can tell them apart. */
  results: SampleResult[];
  /** How many outputs were looked at to find these. */
  tried: number;
  /** All outputs that were looked at. */
  outputs: JsonValue[];
}

/** How many results lead the same way and differ for later steps. */
const maxPerWay = 4;
const anySchema: JsonSchema = {};

/** Outputs that a model, a tool, a form or a signal may give at the step, generated from its output schema and its conditions. */
export function sampleResults(
  definition: Definition,
  step: Step,
  reads: TemplateReads,
  startAt: Date,
): SampledStep {
  const { handoffs = [], outputSchema } = step;
  const conditions = handoffs.flatMap(({ when }) => (when === undefined ? [] : [when as JsonSchema]));
  const hint = hintsFor(reads, ['steps', step.name, 'output'], startAt);
  const schema = (outputSchema as JsonSchema | undefined) ?? schemaOf(step, conditions, definition);
  const named = handoffs.flatMap(({ condition, when }) =>
    when === undefined && condition !== defaultCondition ? [condition] : [],
  );
  const words = step.type === 'TOOL' ? named.map((name): JsonSchema => ({ const: name })) : [];
  const outputs = sampleValues({ schema, conditions: [...conditions, ...words], hint });
  const all = outputs.flatMap((output) =>
    outcomesOfText(step, named, output).map((outcome): SampleResult => ({ output, outcome })),
  );
  return { results: pickResults(step, all, reads), tried: outputs.length, outputs };
}

/** The conditions that an output may stand for: a free text is read by a model; a tool's has to say the very word. */
function outcomesOfText(step: Step, named: readonly string[], output: JsonValue): (string | null)[] {
  if (typeof output !== 'string' || !isRunStep(step) || named.length === 0) return [null];
  if (step.type === 'TOOL')
    return [named.find((name) => name.toLowerCase() === output.trim().toLowerCase()) ?? null];
  const isElsewhere = findHandoff(step.handoffs ?? [], { output, outcome: null }) !== undefined;
  return isElsewhere ? [...named, null] : [...named];
}

/** Without a schema a model gives a text; a tool or a signal what its conditions ask for. */
function schemaOf(step: Step, conditions: readonly JsonSchema[], definition: Definition): JsonSchema {
  if (step.type === 'PROMPT' || step.type === 'AGENT') return { type: 'string', minLength: 1 };
  const fields = readFields(definition, step.name);
  if (conditions.length === 0 && fields.length === 0)
    return step.type === 'TOOL' ? { type: 'string' } : anySchema;
  const properties = Object.fromEntries(fields.map((field) => [field, anySchema]));
  return fields.length === 0 ? anySchema : { type: 'object', properties, required: fields };
}

/** The fields of a step's output that later templates read, when no schema says what it has. */
function readFields({ steps }: Definition, stepName: string): string[] {
  const prefix = `steps.${stepName}.output.`;
  const texts = JSON.stringify(steps);
  const found = [...texts.matchAll(/steps\.[a-zA-Z0-9_]+\.output\.[a-zA-Z0-9_]+/g)].map(([text]) => text);
  return [
    ...new Set(found.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length))),
  ];
}

function pickResults(step: Step, all: readonly SampleResult[], reads: TemplateReads): SampleResult[] {
  const byWay = new Map<string, Map<string, SampleResult>>();
  const handoffs = step.handoffs ?? [];
  for (const result of all) {
    const taken = findHandoff(handoffs, result);
    const way = taken === undefined ? 'none' : `${handoffs.indexOf(taken)}`;
    const same = byWay.get(way) ?? new Map<string, SampleResult>();
    byWay.set(way, same);
    const seen = seenLater(step.name, result.output, reads);
    if (!same.has(seen) && same.size < maxPerWay) same.set(seen, result);
  }
  return [...byWay.values()].flatMap((results) => [...results.values()]);
}

/** What later templates can tell of the output. */
function seenLater(stepName: string, output: JsonValue, reads: TemplateReads): string {
  const prefix = `steps.${stepName}.output`;
  const under = (paths: readonly string[]): string[] =>
    paths.filter((path) => path === prefix || path.startsWith(`${prefix}.`));
  const at = (path: string): string[] =>
    path
      .slice(prefix.length + 1)
      .split('.')
      .filter((part) => part !== '');
  return JSON.stringify([
    under(reads.decisive).map((path) => signatureAt(output, at(path), 'value')),
    under(reads.shown).map((path) => signatureAt(output, at(path), 'kind')),
  ]);
}
