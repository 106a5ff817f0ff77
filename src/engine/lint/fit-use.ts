import type { JsonObject } from '../../domain/json.ts';
import type { UsePart } from '../../domain/template-uses.ts';

/** How a value is read, below the place where its schema begins. */
export interface Reading {
  parts: readonly UsePart[];
  /** So many parts may be missing, because then nothing is read at all. */
  lenient: number;
  /** True where a missing value gives an empty text when `isOptional` says so; see `renderTemplate`. */
  isFilled: boolean;
  isOptional(index: number): boolean;
  mayEndMissing: boolean;
  /** What the value itself has to be. */
  end: JsonObject;
  /** False where an empty text is of no use. */
  mayBeEmpty: boolean;
}

/**
 * The schema of all values that the template can read without the step failing: the rules of `renderTemplate` and of
 * Handlebars in its strict mode, written as a schema, so that a value that breaks them can be searched for.
 */
export function fitUse(reading: Reading): JsonObject {
  return from(reading, 0);
}

function from(reading: Reading, index: number): JsonObject {
  const part = reading.parts[index];
  if (part === undefined) return reading.end;
  const rest = from(reading, index + 1);
  if (part !== 'each') return withField(reading, index, part.name, rest);
  return {
    anyOf: [
      { type: ['string', 'number', 'boolean', 'null'] },
      { type: 'array', items: rest },
      { type: 'object', additionalProperties: rest },
    ],
  };
}

function withField(reading: Reading, index: number, name: string, rest: JsonObject): JsonObject {
  const { lenient, isFilled, parts, mayEndMissing } = reading;
  const isLenient = index < lenient;
  const isLast = index === parts.length - 1;
  const mayBeMissing =
    isLenient ||
    (isFilled && reading.isOptional(index) && isFilledUp(reading, index + 1)) ||
    (isLast && mayEndMissing);
  const mayBeNull = isLenient || (isFilled && isFilledUp(reading, index + 1));
  const field = mayBeNull
    ? { anyOf: [{ type: 'null' }, rest] }
    : isLast
      ? rest
      : { allOf: [{ not: { type: 'null' } }, rest] };
  const object: JsonObject = {
    type: 'object',
    properties: { [name]: field },
    ...(mayBeMissing ? {} : { required: [name] }),
  };
  const others = [
    ...listsWith(name, field),
    ...(isLenient ? [{ type: ['string', 'number', 'boolean', 'null'] }] : []),
  ];
  return others.length === 0 ? object : { anyOf: [object, ...others] };
}

/** True when what follows reads as an empty text, should everything before it be missing. */
function isFilledUp(reading: Reading, index: number): boolean {
  const part = reading.parts[index];
  if (part === undefined) return reading.mayBeEmpty;
  return part === 'each' || (reading.isOptional(index) && isFilledUp(reading, index + 1));
}

/** A list has its places, and its length, as if they were fields. */
function listsWith(name: string, field: JsonObject): JsonObject[] {
  if (name === 'length') return [{ type: 'array' }];
  if (!/^(0|[1-9]\d{0,2})$/.test(name)) return [];
  const before = Array.from({ length: Number(name) }, (): JsonObject => ({}));
  return [{ type: 'array', minItems: before.length + 1, items: [...before, field] }];
}
