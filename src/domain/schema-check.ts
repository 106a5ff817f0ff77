import canonicalize from 'canonicalize';
import { type JsonObject, type JsonValue, isJsonObject } from './json.ts';
import { SchemaBudget } from './schema-budget.ts';
import { matchesFormat } from './schema-format.ts';
import { matchesPattern } from './schema-pattern.ts';
import { resolveRef } from './schema-ref.ts';
import { isOfType } from './schema-type.ts';

/** One thing that is wrong. `path` is a JSON Pointer (RFC 6901); the messages are those of ajv. */
export interface SchemaError {
  path: string;
  message: string;
}

type SubSchema = JsonValue | undefined;

/** More than anybody reads. */
const maxErrors = 100;
const charactersPerUnit = 32;
const optionsPerUnit = 4;

/**
 * Checks a value against a JSON Schema (draft-07) by walking both: nothing is compiled, so that a schema
 * costs nothing until it is used, and what a check costs is bounded by its budget. A reference may have
 * keywords beside it, and they count. Only an object's own properties are seen.
 *
 * @param root where references within the schema lead to, when it is a part of a larger one
 * @returns what is wrong, at most 100 places
 * @throws SchemaTooCostly
 */
export function checkAgainstSchema(
  schema: JsonValue,
  value: JsonValue,
  root?: JsonObject,
  budget = new SchemaBudget(),
): SchemaError[] {
  const check = new Check(root ?? (isJsonObject(schema) ? schema : {}), budget);
  check.run(schema, value, '');
  return check.errors;
}

class Check {
  readonly errors: SchemaError[] = [];
  readonly #root: JsonObject;
  readonly #budget: SchemaBudget;

  constructor(root: JsonObject, budget: SchemaBudget) {
    this.#root = root;
    this.#budget = budget;
  }

  /** @returns whether the value fits; if not, `errors` has grown */
  run(schema: SubSchema, value: JsonValue, path: string): boolean {
    if (schema === undefined || schema === true) return true;
    if (schema === false) return this.#fail(path, 'boolean schema is false');
    if (!isJsonObject(schema)) return true;
    this.#budget.enter();
    const fits = this.#checkAll(schema, value, path);
    this.#budget.leave();
    return fits;
  }

  /** Every keyword has its say; only what is of the wrong type is not looked at any closer. */
  #checkAll(schema: JsonObject, value: JsonValue, path: string): boolean {
    if (!this.#type(schema, value, path)) return false;
    const fits = this.#any(schema, value, path);
    const fitsCombined = this.#combined(schema, value, path);
    return this.#byType(schema, value, path) && fits && fitsCombined;
  }

  #byType(schema: JsonObject, value: JsonValue, path: string): boolean {
    if (typeof value === 'string') return this.#text(schema, value, path);
    if (typeof value === 'number') return this.#number(schema, value, path);
    if (Array.isArray(value)) return this.#list(schema, value, path);
    return isJsonObject(value) ? this.#object(schema, value, path) : true;
  }

  #type(schema: JsonObject, value: JsonValue, path: string): boolean {
    const { type } = schema;
    if (type === undefined) return true;
    if (value === null && schema['nullable'] === true) return true;
    const types = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string');
    return types.some((one) => isOfType(value, one)) || this.#fail(path, `must be ${types.join(',')}`);
  }

  #any(schema: JsonObject, value: JsonValue, path: string): boolean {
    const results: boolean[] = [];
    const { enum: options, $ref: ref } = schema;
    if (Array.isArray(options)) {
      this.#budget.spend(Math.ceil(options.length / optionsPerUnit));
      const key = this.#keyOf(value);
      const fits = options.some((option) => this.#keyOf(option) === key);
      const shown = options.map((option) => (typeof option === 'string' ? option : JSON.stringify(option)));
      results.push(fits || this.#fail(path, `must be one of ${shown.join(', ').slice(0, 2_000)}`));
    }
    if ('const' in schema) {
      const fits = this.#keyOf(schema['const']) === this.#keyOf(value);
      results.push(fits || this.#fail(path, `must be ${JSON.stringify(schema['const']).slice(0, 200)}`));
    }
    if (typeof schema['format'] === 'string') {
      const fits = matchesFormat(schema['format'], value, this.#budget);
      results.push(fits || this.#fail(path, `must match format "${schema['format']}"`));
    }
    if (typeof ref === 'string') {
      const target = resolveRef(this.#root, ref);
      results.push(
        target === null
          ? this.#fail(path, `cannot be checked: "${ref}" leads nowhere`)
          : this.run(target, value, path),
      );
    }
    return results.every(Boolean);
  }

  #number(schema: JsonObject, value: number, path: string): boolean {
    const rules: [string, (limit: number) => boolean, string][] = [
      ['minimum', (limit) => value >= limit, 'must be >='],
      ['maximum', (limit) => value <= limit, 'must be <='],
      ['exclusiveMinimum', (limit) => value > limit, 'must be >'],
      ['exclusiveMaximum', (limit) => value < limit, 'must be <'],
      ['multipleOf', (step) => Number.isInteger(value / step), 'must be multiple of'],
    ];
    return this.#limits(schema, rules, path, '');
  }

  #text(schema: JsonObject, value: string, path: string): boolean {
    const { pattern, minLength, maxLength } = schema;
    const isMeasured = minLength !== undefined || maxLength !== undefined;
    if (isMeasured) this.#budget.spend(Math.ceil(value.length / charactersPerUnit));
    const fitsLength =
      !isMeasured || this.#size(schema, 'Length', countCharacters(value), 'characters', path);
    const fitsPattern =
      typeof pattern !== 'string' ||
      matchesPattern(pattern, value, this.#budget) ||
      this.#fail(path, `must match pattern "${pattern}"`);
    return fitsLength && fitsPattern;
  }

  #list(schema: JsonObject, value: readonly JsonValue[], path: string): boolean {
    const { items, additionalItems, contains, uniqueItems } = schema;
    const results = [this.#size(schema, 'Items', value.length, 'items', path)];
    const isTuple = Array.isArray(items);
    for (const [index, item] of value.entries()) {
      const itemSchema = isTuple ? (index < items.length ? items[index] : additionalItems) : items;
      if (isTuple && itemSchema === false && index >= items.length) {
        results.push(this.#fail(path, `must NOT have more than ${items.length} items`));
        break;
      }
      if (itemSchema !== undefined) results.push(this.run(itemSchema, item, `${path}/${index}`));
    }
    if (uniqueItems === true) {
      const isUnique = new Set(value.map((item) => this.#keyOf(item))).size === value.length;
      results.push(isUnique || this.#fail(path, 'must NOT have duplicate items'));
    }
    if (contains !== undefined) {
      const found = value.some((item) => this.#fits(contains, item));
      results.push(found || this.#fail(path, 'must contain at least 1 valid item(s)'));
    }
    return results.every(Boolean);
  }

  #object(schema: JsonObject, value: JsonObject, path: string): boolean {
    const { required, dependencies, propertyNames } = schema;
    const names = Object.keys(value);
    const results = [this.#size(schema, 'Properties', names.length, 'properties', path)];
    if (Array.isArray(required)) results.push(this.#required(required, value, path));
    if (isJsonObject(dependencies)) {
      for (const [name, needed] of Object.entries(dependencies)) {
        this.#budget.spend(1);
        if (!Object.hasOwn(value, name)) continue;
        results.push(
          Array.isArray(needed) ? this.#required(needed, value, path) : this.run(needed, value, path),
        );
      }
    }
    for (const name of names) {
      const fits = propertyNames === undefined || this.run(propertyNames, name, path);
      if (!fits) this.#fail(path, 'property name must be valid');
      results.push(fits, this.#property(schema, name, value[name] ?? null, path));
    }
    return results.every(Boolean);
  }

  #property(schema: JsonObject, name: string, value: JsonValue, path: string): boolean {
    const { properties, patternProperties, additionalProperties } = schema;
    const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const results: boolean[] = [];
    const isListed = isJsonObject(properties) && Object.hasOwn(properties, name);
    if (isListed) results.push(this.run(properties[name], value, at));
    let isMatched = false;
    for (const [pattern, itemSchema] of isJsonObject(patternProperties)
      ? Object.entries(patternProperties)
      : []) {
      if (!matchesPattern(pattern, name, this.#budget)) continue;
      isMatched = true;
      results.push(this.run(itemSchema, value, at));
    }
    if (isListed || isMatched || additionalProperties === undefined) return results.every(Boolean);
    if (additionalProperties === false) return this.#fail(at, 'is not a known field');
    return this.run(additionalProperties, value, at);
  }

  #required(names: readonly JsonValue[], value: JsonObject, path: string): boolean {
    this.#budget.spend(Math.ceil(names.length / charactersPerUnit));
    const missing = names
      .filter((name) => typeof name === 'string')
      .filter((name) => !Object.hasOwn(value, name));
    for (const name of missing) this.#fail(`${path}/${name}`, 'is required');
    return missing.length === 0;
  }

  #combined(schema: JsonObject, value: JsonValue, path: string): boolean {
    const { allOf, anyOf, oneOf, not, if: condition } = schema;
    const results: boolean[] = [];
    for (const one of Array.isArray(allOf) ? allOf : []) results.push(this.run(one, value, path));
    if (Array.isArray(anyOf)) results.push(this.#anyOf(anyOf, value, path));
    if (Array.isArray(oneOf)) results.push(this.#oneOf(oneOf, value, path));
    if (not !== undefined) results.push(!this.#fits(not, value) || this.#fail(path, 'must NOT be valid'));
    if (condition !== undefined) {
      const branch = this.#fits(condition, value) ? 'then' : 'else';
      const fits = this.run(schema[branch], value, path);
      results.push(fits || this.#fail(path, `must match "${branch}" schema`));
    }
    return results.every(Boolean);
  }

  #anyOf(options: readonly JsonValue[], value: JsonValue, path: string): boolean {
    const before = this.errors.length;
    for (const option of options) {
      if (!this.run(option, value, path)) continue;
      this.errors.length = before;
      return true;
    }
    return this.#fail(path, 'must match a schema in anyOf');
  }

  #oneOf(options: readonly JsonValue[], value: JsonValue, path: string): boolean {
    const before = this.errors.length;
    const fitting = options.filter((option) => this.run(option, value, path)).length;
    // When one fits, or too many do, what is wrong with the others tells nobody anything.
    if (fitting > 0) this.errors.length = before;
    return fitting === 1 || this.#fail(path, 'must match exactly one schema in oneOf');
  }

  /** The same as `run`, and nothing is noted. */
  #fits(schema: SubSchema, value: JsonValue): boolean {
    const before = this.errors.length;
    const fits = this.run(schema, value, '');
    this.errors.length = before;
    return fits;
  }

  /** `min…` and `max…` of a length or a number of things. */
  #size(schema: JsonObject, what: string, size: number, unit: string, path: string): boolean {
    const rules: [string, (limit: number) => boolean, string][] = [
      [`min${what}`, (limit) => size >= limit, 'must NOT have fewer than'],
      [`max${what}`, (limit) => size <= limit, 'must NOT have more than'],
    ];
    return this.#limits(schema, rules, path, ` ${unit}`);
  }

  #limits(
    schema: JsonObject,
    rules: readonly [string, (limit: number) => boolean, string][],
    path: string,
    unit: string,
  ): boolean {
    let fits = true;
    for (const [keyword, holds, words] of rules) {
      const limit = schema[keyword];
      if (typeof limit !== 'number' || holds(limit)) continue;
      fits = this.#fail(path, `${words} ${limit}${unit}`);
    }
    return fits;
  }

  /** The same text for the same value, whatever the order of its keys. */
  #keyOf(value: JsonValue | undefined): string {
    const key = (typeof value === 'object' ? canonicalize(value) : JSON.stringify(value)) ?? '';
    this.#budget.spend(Math.ceil(key.length / charactersPerUnit));
    return key;
  }

  #fail(path: string, message: string): false {
    if (this.errors.length < maxErrors) this.errors.push({ path, message });
    return false;
  }
}

/** Code points, as draft-07 counts them (section 6.3.1). */
function countCharacters(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}
