import { AppError, errorMessage } from '../errors.ts';
import type { ExecutionContext } from './execution.ts';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import type { JsonSchema } from './json-schema.ts';
import { prepareTemplate } from './template-syntax.ts';
import { type Printable, printable, withValue } from './template-values.ts';

/** A value that a template needs is not there. */
export class TemplateValueMissing extends AppError {
  readonly path: string;

  constructor(path: string) {
    super('template-value-missing', 422, `The template needs "${path}", and this task has no such value.`);
    this.path = path;
  }
}

/**
 * Renders one template over the context. A value that the inputs schema lists as optional and that is
 * missing gives an empty text; any other missing value is an error. The result is plain text: whoever
 * shows it escapes it.
 *
 * @throws TemplateValueMissing that names the path
 */
export function renderTemplate(text: string, context: ExecutionContext, inputsSchema: JsonSchema): string {
  if (!text.includes('{{')) return text;
  const { render, paths } = prepareTemplate(text);
  let values = printableOf(context);
  for (const path of paths) values = fillOrRefuse(path, path.split('.'), 0, values, inputsSchema);
  try {
    return render(values);
  } catch (error) {
    const missing = /"(.+?)" not defined/.exec(errorMessage(error))?.[1];
    throw new TemplateValueMissing(missing ?? errorMessage(error));
  }
}

/** Renders every string of a value, at any depth. @throws TemplateValueMissing */
export function renderDeep(value: JsonValue, context: ExecutionContext, inputsSchema: JsonSchema): JsonValue {
  if (typeof value === 'string') return renderTemplate(value, context, inputsSchema);
  if (Array.isArray(value)) return value.map((item) => renderDeep(item, context, inputsSchema));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, renderDeep(item, context, inputsSchema)]),
  );
}

/** A context is rendered over by every text of a step, so it is prepared once. */
const prepared = new WeakMap<ExecutionContext, Printable>();

function printableOf(context: ExecutionContext): Printable {
  const known = prepared.get(context) ?? printable(context as unknown as JsonValue);
  prepared.set(context, known);
  return known;
}

/** The values with an empty text where an optional one is missing. @throws TemplateValueMissing for any other */
function fillOrRefuse(
  path: string,
  parts: readonly string[],
  index: number,
  values: Printable,
  inputsSchema: JsonSchema,
): Printable {
  const part = parts[index];
  if (part === undefined) return values;
  if (typeof values !== 'object' || values === null) throw new TemplateValueMissing(path);
  const known = Object.hasOwn(values, part) ? (values as Record<string, Printable>)[part] : undefined;
  if (known !== undefined && known !== null) {
    const filled = fillOrRefuse(path, parts, index + 1, known, inputsSchema);
    return filled === known ? values : withValue(values, part, filled);
  }
  const isOptional = known === null || isOptionalInput(parts.slice(0, index + 1), inputsSchema);
  if (!isOptional) throw new TemplateValueMissing(path);
  const isLast = index === parts.length - 1;
  return withValue(values, part, isLast ? '' : fillOrRefuse(path, parts, index + 1, {}, inputsSchema));
}

/** True when the schema lists the input and does not require it, or one of its parents is optional and was left out. */
export function isOptionalInput(parts: readonly string[], inputsSchema: JsonSchema): boolean {
  if (parts[0] !== 'inputs') return false;
  let schema: JsonValue = inputsSchema;
  let optional = false;
  for (const part of parts.slice(1)) {
    if (!isJsonObject(schema) || !isJsonObject(schema['properties'])) return false;
    const properties: JsonObject = schema['properties'];
    const property = Object.hasOwn(properties, part) ? properties[part] : undefined;
    if (property === undefined) return false;
    const required = Array.isArray(schema['required']) && schema['required'].includes(part);
    optional = optional || !required;
    schema = property;
  }
  return optional;
}
