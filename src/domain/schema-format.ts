import { Ajv } from 'ajv';
import * as ajvFormats from 'ajv-formats';
import type { JsonObject } from './json.ts';
import type { SchemaBudget } from './schema-budget.ts';

const ajv = new Ajv({ strict: false, logger: false });
ajvFormats.default.default(ajv);

/** Longer than any text that has a format; one of the expressions (`url`) takes quadratic time. */
const maxTextLength = 2_048;
const charactersPerUnit = 64;

type Test = RegExp | ((value: never) => unknown);

/** True for a value in the format, for one that the format is not about, and for formats that are unknown (draft-07, section 7.2). */
export function matchesFormat(name: string, value: unknown, budget: SchemaBudget): boolean {
  const known = Object.hasOwn(ajv.formats, name) ? ajv.formats[name] : undefined;
  if (known === undefined || known === true) return true;
  const format = known instanceof RegExp || typeof known === 'function' ? { validate: known } : known;
  const type = 'type' in format && format.type === 'number' ? 'number' : 'string';
  if (typeof value !== type) return true;
  if (typeof value === 'string') {
    budget.spend(1 + Math.floor(value.length / charactersPerUnit));
    if (value.length > maxTextLength) return name === 'byte' || name === 'password' || name === 'binary';
  }
  const test = format.validate as Test | true | string;
  if (test instanceof RegExp) return test.test(String(value));
  return typeof test === 'function' ? test(value as never) === true : true;
}

/** True for a format that some texts have and others do not. */
export function isTextFormat(name: string): boolean {
  const known = Object.hasOwn(ajv.formats, name) ? ajv.formats[name] : undefined;
  if (known === undefined || known === true) return false;
  return typeof known !== 'object' || known instanceof RegExp || known.type !== 'number';
}

/** The meta-schema of draft-07. */
export function metaSchema(): JsonObject {
  return ajv.getSchema('http://json-schema.org/draft-07/schema')?.schema as JsonObject;
}
