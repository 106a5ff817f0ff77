import { Document, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { type Step, StepInput } from '../../domain/definition.ts';
import type { JsonObject } from '../../domain/json.ts';
import { PostTo } from '../../domain/post-to.ts';
import { Scenario, maxScenarios } from '../../domain/rehearsal.ts';
import { describeIssue, readUntrusted } from '../../domain/zod-issue.ts';
import { errorMessage, ValidationError } from '../../errors.ts';
import { findImmodestYaml } from './find-immodest-yaml.ts';
import { tidyScenario } from './scenarios.ts';
import type { WorkflowChanges, WorkflowWithSteps } from './workflows.ts';

export type DefinitionFormat = 'yaml' | 'json';

/** As large as a body of the API. */
const maxTextLength = 1_000_000;
/** How often a file may refer to what it has said before, all in all. */
const maxAliasCount = 100;
const maxDepth = 64;
/** Space at an end of a line, and what cannot be seen: only in quotes does it come back as it was. */
const delicateText = /^\s|[^\S\n]$|[^\S\n]\n|[^\P{C}\n]/u;

/** As a person reads a step: what it is, whom it asks what, and where it leads. */
const fieldOrder: readonly string[] = [
  'name',
  'description',
  'type',
  'assignee',
  'assignees',
  'inputsTemplate',
  'for',
  'until',
  'signal',
  'policy',
  'outcomes',
  'reminder',
  'deadline',
  'outputSchema',
  'maxVisits',
  'handoffs',
];

const FileStep = StepInput.refine((step) => step.id === undefined, {
  path: ['id'],
  message: 'must be left out: steps are known by their names in a file',
});

/** A workflow as it travels in a file: with names and no ids, so that any org can have it. */
export const DefinitionFile = z.strictObject({
  name: z.string(),
  description: z.string().max(3_000, 'must be at most 3,000 characters').default(''),
  inputsSchema: z.record(z.string(), z.json()),
  /** Default: `origin`. */
  postTo: PostTo.optional(),
  steps: z.array(FileStep),
  /** Left out: those that the workflow has stay as they are. */
  scenarios: z.array(Scenario).max(maxScenarios, `must be at most ${maxScenarios}`).optional(),
});
export type DefinitionFile = z.infer<typeof DefinitionFile>;

/** The newest revision of a workflow, as a file has it. */
export function exportDefinition({ workflow, definition }: WorkflowWithSteps): DefinitionFile {
  const { name, description, inputsSchema, postTo = 'origin', scenarios = [] } = workflow;
  const steps = definition.steps.map(({ id: _id, ...step }) =>
    ordered(StepInput.safeParse(step).data ?? step),
  );
  return {
    name,
    description,
    inputsSchema: inputsSchema as DefinitionFile['inputsSchema'],
    ...(postTo === 'origin' ? {} : { postTo }),
    steps,
    ...(scenarios.length === 0 ? {} : { scenarios: scenarios.map(tidyScenario) }),
  };
}

/** The text of a file. `parseDefinition` reads from it exactly what was written. */
export function formatDefinition(file: DefinitionFile, format: DefinitionFormat): string {
  if (format === 'json') return `${JSON.stringify(file, null, 2)}\n`;
  // What is the same object twice is written twice, and nothing is folded: a diff shows what was changed.
  const document = new Document(file, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'string' && delicateText.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  return document.toString({ lineWidth: 0 });
}

/**
 * Reads a file. Whether the workflow can be run is found out when it is saved.
 *
 * @throws ValidationError with the line for what is no YAML or JSON, with every path for what is wrong in it
 */
export function parseDefinition(text: string, format: DefinitionFormat): DefinitionFile {
  if (text.length > maxTextLength) refuse(`is longer than ${maxTextLength} characters`);
  const value = format === 'json' ? parseJson(text) : parseYaml(text);
  assertPlainKeys(value, '');
  const parsed = readUntrusted(DefinitionFile, value);
  if (parsed.success) return { ...parsed.data, steps: parsed.data.steps.map(ordered) };
  const fields = parsed.error.issues.flatMap(describeIssue);
  const places = fields.map(({ path, message }) => `${path === '' ? 'the file' : path} ${message}`);
  throw new ValidationError(
    `The definition is not right: ${places.join('; ')}.`,
    fields,
    'definition-invalid',
  );
}

/**
 * What makes a workflow be as the file says. A step whose name stays keeps its id, so that whoever points
 * to it goes on to find it.
 *
 * @param current the steps that the workflow has now; none for a workflow that is to be made
 */
export function importDefinition(
  file: DefinitionFile,
  current: readonly Pick<Step, 'id' | 'name'>[] = [],
): Required<Pick<WorkflowChanges, 'name' | 'description' | 'inputsSchema' | 'postTo' | 'steps'>> &
  Pick<WorkflowChanges, 'scenarios'> {
  const ids = new Map(current.map(({ id, name }) => [name, id]));
  const steps = file.steps.map((step): StepInput => {
    const id = ids.get(step.name);
    return id === undefined ? step : { ...step, id };
  });
  const { name, description, inputsSchema, postTo = 'origin', scenarios } = file;
  const tests = scenarios === undefined ? {} : { scenarios };
  return { name, description, inputsSchema: inputsSchema as JsonObject, postTo, steps, ...tests };
}

/** The same step, its fields in the order of {@link fieldOrder}; those that are not in it come last. */
function ordered(step: StepInput): StepInput {
  const fields = Object.entries(step);
  const placeOf = ([field]: [string, unknown]): number => {
    const place = fieldOrder.indexOf(field);
    return place === -1 ? fieldOrder.length : place;
  };
  return Object.fromEntries(fields.toSorted((left, right) => placeOf(left) - placeOf(right))) as StepInput;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    return refuse(`is no JSON: ${errorMessage(error)}`);
  }
}

function parseYaml(text: string): unknown {
  const immodest = findImmodestYaml(text);
  if (immodest !== null) refuse(immodest);
  try {
    const document = parseDocument(text, { stringKeys: true, merge: false });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined) throw problem;
    return document.toJS({ maxAliasCount }) as unknown;
  } catch (error) {
    // What nests too deep for the parser exhausts its call stack.
    return refuse(`is no YAML: ${error instanceof RangeError ? 'it nests too deep' : errorMessage(error)}`);
  }
}

/** Names that JavaScript or the database's driver read as something else than data. */
const reservedKeys = new Set(['__proto__', '_bsontype']);

function assertPlainKeys(value: unknown, path: string, depth = 0): void {
  if (depth > maxDepth) refuse(`nests more than ${maxDepth} levels deep`);
  if (typeof value === 'string' && !value.isWellFormed()) refuse(`has half of a character at ${path}`);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) {
    const isPlain = !reservedKeys.has(key) && !key.includes('\0') && key.isWellFormed();
    if (!isPlain) refuse(`has the key ${JSON.stringify(key)} at "${path}", which cannot be kept`);
    assertPlainKeys(item, path === '' ? key : `${path}/${key}`, depth + 1);
  }
}

function refuse(message: string): never {
  const text = message.slice(0, 500);
  throw new ValidationError(`The definition ${text}.`, [{ path: '', message: text }], 'definition-invalid');
}
