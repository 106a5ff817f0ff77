import { exampleInputs, exampleValue } from './example-inputs.ts';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import type { JsonSchema } from './json-schema.ts';
import type { Mapping } from './mapping.ts';
import { prepareTemplate } from './template-syntax.ts';
import { intakeRoots } from './triggers/intake-trigger.ts';

/**
 * A body of which the template of an intake makes inputs, for a command that shows how: what an input is to get stands
 * where the template reads it. What stands within a longer text is a text.
 */
export function exampleBody(mapping: Mapping, schema: JsonSchema): JsonObject {
  const inputs = exampleInputs(schema);
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  let body: JsonValue = {};
  for (const [name, template] of Object.entries(mapping)) {
    const value = Object.hasOwn(inputs, name) ? inputs[name] : exampleValue(properties[name]);
    body = withRead(body, template, value ?? 'text');
  }
  return isJsonObject(body) ? body : {};
}

/** @param value what the template shall give */
function withRead(body: JsonValue, template: JsonValue, value: JsonValue): JsonValue {
  if (typeof template === 'string') {
    const { onlyPath, paths } = prepareTemplate(template, intakeRoots);
    if (onlyPath !== null) return put(body, partsOf(onlyPath), value);
    return paths.reduce((all, path) => put(all, partsOf(path), 'text'), body);
  }
  if (Array.isArray(template))
    return template.reduce<JsonValue>((all, item) => withRead(all, item, 'text'), body);
  if (!isJsonObject(template)) return body;
  const inner = isJsonObject(value) ? value : {};
  return Object.entries(template).reduce<JsonValue>(
    (all, [key, item]) => withRead(all, item, inner[key] ?? 'text'),
    body,
  );
}

/** Below the root. */
function partsOf(path: string): string[] {
  return path.split('.').slice(1);
}

/** What is there already stays: two inputs may read the same place. */
function put(at: JsonValue, [part, ...rest]: readonly string[], value: JsonValue): JsonValue {
  if (part === undefined) return isJsonObject(at) && isJsonObject(value) ? { ...value, ...at } : at;
  const object = isJsonObject(at) ? at : {};
  const inner = Object.hasOwn(object, part) ? object[part] : undefined;
  if (rest.length === 0 && inner !== undefined) return at;
  return { ...object, [part]: rest.length === 0 ? value : put(inner ?? {}, rest, value) };
}
