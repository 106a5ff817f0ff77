import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonObject } from '../../../src/domain/json.ts';
import { apiDocument, findDocumentedPath } from './api-document.ts';

/** What came back from a call of the API. */
export interface SeenAnswer {
  method: string;
  /** Without the query. */
  path: string;
  status: number;
  contentType: string;
  text: string;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...apiDocument, $id: 'https://baton.invalid/api' });
const validators = new Map<string, ValidateFunction>();

/**
 * Holds an answer of the API against `/api/openapi.json`, with ajv.
 *
 * @throws Error when the document says something else; calls that the document does not know must be 404 or 405
 */
export function checkAnswer({ method, path, status, contentType, text }: SeenAnswer): void {
  const documented = findDocumentedPath(method === 'HEAD' ? 'GET' : method, path);
  const call = `${method} ${path} -> ${status} ${contentType}`;
  const type = contentType.split(';')[0]?.trim() ?? '';
  if (status >= 400)
    return checkBody(call, '#/components/responses/Problem', 'application/problem+json', type, text);
  if (documented === null) throw new Error(`${call}: not in the document`);
  const operation = (apiDocument['paths'] as Record<string, JsonObject>)[documented]?.[
    method === 'HEAD' ? 'get' : method.toLowerCase()
  ] as JsonObject;
  const response = (operation['responses'] as Record<string, JsonObject>)[String(status)];
  if (response === undefined) throw new Error(`${call}: this status is not in the document`);
  const content = Object.keys((response['content'] ?? {}) as JsonObject);
  if (content.length === 0) {
    if (text !== '') throw new Error(`${call}: has a body, and the document says none`);
    return;
  }
  if (method === 'HEAD') return;
  if (!content.includes(type)) throw new Error(`${call}: the document says ${content.join(', ')}`);
  const pointer = `#/paths/${escape(documented)}/${method.toLowerCase()}/responses/${status}`;
  checkBody(call, pointer, type, type, text);
}

function checkBody(call: string, response: string, expected: string, type: string, text: string): void {
  if (text === '') return;
  if (type !== expected) throw new Error(`${call}: the document says ${expected}`);
  if (!type.endsWith('json')) return;
  const $ref = `https://baton.invalid/api${response}/content/${escape(expected)}/schema`;
  const validate = validators.get($ref) ?? ajv.compile({ $ref });
  validators.set($ref, validate);
  if (validate(JSON.parse(text))) return;
  throw new Error(
    `${call}: does not fit the document: ${ajv.errorsText(validate.errors)}\n${text.slice(0, 2_000)}`,
  );
}

/** One part of a JSON Pointer (RFC 6901) in a URI fragment. */
function escape(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
