import { type Definition, isRunStep, type Step } from '../src/domain/definition.ts';
import { isJsonObject, type JsonValue } from '../src/domain/json.ts';
import { clip } from './escape.ts';
import { fieldLabel } from './inputs-summary.ts';
import { stepRoutes } from './step-routes.ts';
import { stepTitle } from './task-view.ts';

type Known = Pick<Definition, 'inputsSchema' | 'steps'>;

const maxDepth = 4;
const maxTitleLength = 40;

/** The inputs that a template can use, such as `inputs.amount`. */
export function listInputVariables({ inputsSchema }: Known): string[] {
  return listProperties(inputsSchema, 'inputs', 0);
}

/**
 * What a template can use of each step that may have come before it: at the step `stepId`, or at a new one at the
 * end of the workflow.
 */
export function listStepVariables(
  definition: Pick<Definition, 'steps'>,
  stepId?: string,
): { title: string; paths: string[] }[] {
  return stepsBefore(definition.steps, stepId).flatMap((step) => {
    const paths = [
      ...ownFields(step).map((field) => `steps.${step.name}.${field}`),
      ...listProperties(step.outputSchema as JsonValue | undefined, `steps.${step.name}.output`, 0),
    ];
    return paths.length === 0 ? [] : [{ title: stepTitle(step), paths }];
  });
}

/** What a step leaves beside the fields of its output. */
function ownFields(step: Step): string[] {
  if (step.type === 'HUMAN') return ['condition', 'actor.name', 'comment'];
  return isRunStep(step) && step.outputSchema === undefined ? ['output'] : [];
}

/** The steps from which a task can come to the step, itself among them when it can come round again. */
function stepsBefore(steps: readonly Step[], stepId: string | undefined): Step[] {
  const target = steps.find(({ id }) => id === stepId);
  if (target === undefined) return [...steps];
  const definition = { steps } as Definition;
  const before = new Set<string>();
  const waiting = [target];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const step of steps) {
      if (before.has(step.id) || !leadsTo(definition, step, next)) continue;
      before.add(step.id);
      waiting.push(step);
    }
  }
  return steps.filter(({ id }) => before.has(id));
}

function leadsTo(definition: Definition, from: Step, to: Step): boolean {
  return stepRoutes(definition, from).some(
    ({ target }) => target.kind === 'step' && target.step.id === to.id,
  );
}

/** Says why the path gives no value in this workflow; null when it may give one. */
export function findUnknownVariable(path: string, { inputsSchema, steps }: Known): string | null {
  const [root, first] = path.split('.');
  if (first === undefined) return null;
  if (root === 'steps') {
    if (steps.some(({ name }) => name === first)) return null;
    const known = steps.map((step) => withTitle(step.name, stepTitle(step)));
    return `“${first}” is not a step of this workflow${known.length === 0 ? '.' : `; it has ${known.join(', ')}.`}`;
  }
  const properties = isJsonObject(inputsSchema['properties']) ? inputsSchema['properties'] : {};
  if (Object.hasOwn(properties, first) || inputsSchema['additionalProperties'] !== false) return null;
  const known = Object.keys(properties).map((name) => withTitle(name, fieldLabel(name, properties[name])));
  const rest = known.length === 0 ? 'it asks for none.' : `it has ${known.join(', ')}.`;
  return `“${first}” is not an input of this workflow; ${rest} “Inputs” on the card of the workflow adds one.`;
}

/** The name as it is to be typed, with what the cards call it where that is not the same. */
function withTitle(name: string, title: string): string {
  return title.toLowerCase() === name.toLowerCase() ? name : `${name} (“${clip(title, maxTitleLength)}”)`;
}

function listProperties(schema: JsonValue | undefined, path: string, depth: number): string[] {
  if (!isJsonObject(schema) || !isJsonObject(schema['properties']) || depth >= maxDepth) return [];
  return Object.entries(schema['properties']).flatMap(([name, property]) => {
    const below = listProperties(property, `${path}.${name}`, depth + 1);
    return below.length === 0 ? [`${path}.${name}`] : below;
  });
}
