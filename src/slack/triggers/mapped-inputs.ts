import { inputKeys, readGivenValues } from '../../../blocks/given-values.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import { renderMapping } from '../../domain/mapping.ts';
import type { Mapping } from '../../domain/mapping.ts';
import type { SlackValues } from '../../domain/triggers/slack-source.ts';

/** What a mapping makes of a message. */
export interface MappedInputs {
  /** As the schema has them, where it could be read from the text; what could not be read stays text, and is refused. */
  inputs: JsonObject;
  /** The same as texts, as somebody would type them. */
  texts: JsonObject;
  /** Names in the mapping that are no inputs of the workflow. */
  unknown: string[];
}

/** The inputs of a task, out of a message. */
export function mapInputs(mapping: Mapping, values: SlackValues, schema: JsonSchema): MappedInputs {
  const texts = renderMapping(mapping, { ...values });
  const { inputs, unknown } = readGivenValues(schema, texts);
  const isOpen = inputKeys(schema).length === 0 && schema['additionalProperties'] !== false;
  const notRead = Object.entries(texts).filter(
    ([key, text]) => text !== '' && !Object.hasOwn(inputs, key) && (isOpen || !unknown.includes(key)),
  );
  return { inputs: { ...Object.fromEntries(notRead), ...inputs }, texts, unknown: isOpen ? [] : unknown };
}
