import type { JsonObject } from '../src/domain/json.ts';
import type { JsonSchema } from '../src/domain/json-schema.ts';
import { clip } from './escape.ts';
import type { FormField } from './form-field.ts';
import { listFields } from './form-field.ts';
import { formFromSchema } from './form-from-schema.ts';
import { limits } from './limits.ts';

/** A message with which a task is to be started. */
export interface MessageParts {
  text: string;
  /** Who wrote it: an address or an id, so that it can also say whom to ask. Null when it is not known. */
  author: string | null;
  link: string;
}

const textNames = ['text', 'message', 'description'];
const authorNames = ['author', 'requester'];
const linkNames = ['link', 'permalink', 'url'];

/**
 * What of the message goes into which input: by the inputs' names; the text goes into the first input that
 * takes any text where none has its name.
 */
export function valuesFromMessage(schema: JsonSchema, { text, author, link }: MessageParts): JsonObject {
  const fields = listFields(formFromSchema(schema)).filter(({ control }) => control.kind === 'text');
  const named = (names: readonly string[]): FormField[] =>
    fields.filter(({ key }) => names.includes(key.toLowerCase().replace(/[_-]/g, '')));
  const forAuthor = named(authorNames);
  const forLink = named(linkNames);
  const others = fields.filter((field) => !forAuthor.includes(field) && !forLink.includes(field));
  const forText = named(textNames);
  const takesAny = others.find(
    ({ schema: own }) => own['format'] === undefined && own['pattern'] === undefined,
  );
  const textFields = forText.length > 0 || takesAny === undefined ? forText : [takesAny];
  return Object.fromEntries([
    ...textFields.map((field) => valueFor(field, text)),
    ...(author === null ? [] : forAuthor.map((field) => valueFor(field, author))),
    ...forLink.map((field) => valueFor(field, link)),
  ]);
}

function valueFor({ path, schema }: FormField, text: string): [string, string] {
  const { maxLength } = schema;
  const longest =
    typeof maxLength === 'number' ? Math.min(maxLength, limits.inputLength) : limits.inputLength;
  return [path.join('.'), clip(text, longest)];
}
