import { fitInputs } from './fit-inputs.ts';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import type { JsonSchema } from './json-schema.ts';

/**
 * The inputs that a row of a table gives. A column is an input by its name or its title, whatever the case and
 * whatever joins the words; `address.city` is a field of an input that has fields. Empty cells give nothing.
 *
 * @param leaveOut a column that only names the row, unless it is an input as well
 */
export function rowInputs(cells: JsonObject, schema: JsonSchema, leaveOut: string | null): JsonObject {
  let inputs: JsonObject = {};
  for (const [column, cell] of Object.entries(cells)) {
    if (cell === '' || cell === null) continue;
    const path = findPath(column.split('.'), schema);
    if (path === null && column === leaveOut) continue;
    inputs = put(inputs, path ?? [column], cell);
  }
  return fitInputs(inputs, schema);
}

/** The columns that name no input, where the schema says which there are. */
export function unknownColumns(
  columns: readonly string[],
  schema: JsonSchema,
  leaveOut: string | null,
): string[] {
  if (!isJsonObject(schema['properties'])) return [];
  return columns.filter((column) => column !== leaveOut && findPath(column.split('.'), schema) === null);
}

function findPath([part, ...rest]: readonly string[], schema: JsonValue | undefined): string[] | null {
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  if (part === undefined || !isJsonObject(properties)) return null;
  const plain = plainName(part);
  const found =
    Object.entries(properties).find(([name]) => name === part) ??
    Object.entries(properties).find(([name]) => plainName(name) === plain) ??
    Object.entries(properties).find(
      ([, property]) =>
        isJsonObject(property) &&
        typeof property['title'] === 'string' &&
        plainName(property['title']) === plain,
    );
  if (found === undefined) return null;
  const [name, property] = found;
  if (rest.length === 0) return [name];
  const deeper = findPath(rest, property);
  return deeper === null ? null : [name, ...deeper];
}

function plainName(text: string): string {
  return text.toLowerCase().replace(/[\s_-]+/g, '');
}

function put(into: JsonObject, [part, ...rest]: readonly string[], value: JsonValue): JsonObject {
  if (part === undefined) return into;
  const inner = into[part];
  return { ...into, [part]: rest.length === 0 ? value : put(isJsonObject(inner) ? inner : {}, rest, value) };
}
