import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { SafeHtml, html } from '../board/html.ts';
import { curlExample } from './curl-example.ts';
import { docsStyle } from './docs-style.ts';
import type { Operation } from './operation.ts';

/** Each call of the API with its fields, its answers and a command that works. */
export function docsPage(operations: readonly Operation[], document: JsonObject, publicUrl: string): string {
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  const sections = tags.map((tag) => {
    const calls = operations.filter((operation) => operation.tag === tag);
    const articles = calls.map((operation) => article(operation, document, publicUrl));
    return html`<section aria-labelledby="${slug(tag)}"><h2 id="${slug(tag)}">${tag}</h2>${articles}</section>`;
  });
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Baton API</title><style>${new SafeHtml(docsStyle)}</style></head>
<body><header><h1>Baton API</h1>
<p>Send a key with each call: <code>Authorization: Bearer &lt;key&gt;</code>. The examples take it from <code>BATON_KEY</code>, and ids from
variables such as <code>WORKFLOW_ID</code>. Errors are problem documents (RFC 9457). The whole as <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
<nav aria-label="Sections"><ul>${tags.map((tag) => html`<li><a href="#${slug(tag)}">${tag}</a></li>`)}</ul></nav></header>
<main>${sections}</main></body></html>`;
  return page.toString();
}

function article(operation: Operation, document: JsonObject, publicUrl: string): SafeHtml {
  const { id, method, path, summary, description, answers } = operation;
  const described = at(document, ['paths', path, method]);
  const answerRows = Object.entries(answers).map(
    ([status, answer]) =>
      html`<tr><th scope="row">${status}</th><td>${withCode(answer.description)}</td></tr>`,
  );
  return html`<article id="${id}"><h3>${summary}</h3>
<p class="call"><span class="method">${method.toUpperCase()}</span>${path}</p>
${description === undefined ? '' : html`<p>${withCode(description)}</p>`}
${fieldTable('In the address and headers', parameterRows(described))}
${fieldTable('In the body', bodyRows(described, document))}
<pre>${curlExample(operation, publicUrl)}</pre>
<table><tbody>${answerRows}</tbody></table></article>`;
}

interface FieldRow {
  name: string;
  isRequired: boolean;
  type: string;
  text: string;
}

function parameterRows(operation: JsonObject): FieldRow[] {
  return (operation['parameters'] as JsonObject[]).map((parameter) => ({
    name: parameter['name'] as string,
    isRequired: parameter['required'] === true,
    type: typeOf(parameter['schema'] as JsonObject),
    text: descriptionOf(parameter) || descriptionOf(parameter['schema'] as JsonObject),
  }));
}

function bodyRows(operation: JsonObject, document: JsonObject): FieldRow[] {
  const body = resolve(at(operation, ['requestBody', 'content', 'application/json', 'schema']), document);
  const required = (body['required'] ?? []) as string[];
  return Object.entries((body['properties'] ?? {}) as Record<string, JsonObject>).map(([name, property]) => ({
    name,
    isRequired: required.includes(name),
    type: typeOf(property),
    text: descriptionOf(property),
  }));
}

function descriptionOf({ description }: JsonObject): string {
  return typeof description === 'string' ? description : '';
}

/** What stands between backticks is code. */
function withCode(text: string): SafeHtml[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

function fieldTable(caption: string, rows: readonly FieldRow[]): SafeHtml | '' {
  if (rows.length === 0) return '';
  const lines = rows.map(
    ({ name, isRequired, type, text }) =>
      html`<tr><th scope="row"><code>${name}</code></th><td>${type}${isRequired ? ', required' : ''}</td><td>${withCode(text)}</td></tr>`,
  );
  return html`<table><caption>${caption}</caption><tbody>${lines}</tbody></table>`;
}

function typeOf(schema: JsonObject): string {
  const { $ref, enum: values, const: value, type, anyOf, oneOf } = schema;
  if (typeof $ref === 'string')
    return (
      $ref
        .split('/')
        .at(-1)
        ?.replace(/Input$/, '') ?? 'any'
    );
  if (Array.isArray(values)) return values.map((item) => JSON.stringify(item)).join(' | ');
  if (value !== undefined) return JSON.stringify(value);
  const choices = (anyOf ?? oneOf) as JsonObject[] | undefined;
  if (choices !== undefined) return [...new Set(choices.map(typeOf))].join(' | ');
  if (type === 'array') return `list of ${typeOf((schema['items'] ?? {}) as JsonObject)}`;
  if (Array.isArray(type)) return type.map(String).join(' | ');
  return typeof type === 'string' ? type : 'any';
}

function resolve(schema: JsonObject, document: JsonObject): JsonObject {
  const { $ref } = schema;
  return typeof $ref === 'string' ? at(document, $ref.replace('#/', '').split('/')) : schema;
}

function at(value: JsonObject, path: readonly string[]): JsonObject {
  let found: JsonValue | undefined = value;
  for (const key of path) found = (found as JsonObject | undefined)?.[key];
  return (found ?? {}) as JsonObject;
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
