import type { HumanStep } from '../../domain/definition.ts';
import { type JsonObject, type JsonValue, isJsonObject } from '../../domain/json.ts';
import { renderTemplate } from '../../domain/template.ts';
import type { Draft } from '../draft.ts';

/**
 * What the fields of the form start with: the rendered templates, as the type that the output schema gives
 * the field. What does not fit the type, and an empty text, is left out.
 *
 * @throws TemplateValueMissing
 */
export function renderPrefill(draft: Draft, step: HumanStep): JsonObject {
  const prefilled: JsonObject = {};
  const { context } = draft.execution;
  for (const [field, template] of Object.entries(step.prefill ?? {})) {
    const text = renderTemplate(template, context, draft.definition.inputsSchema);
    const value = valueOf(text, typeOf(step, field));
    if (value !== null) prefilled[field] = value;
  }
  return prefilled;
}

function typeOf({ outputSchema }: HumanStep, field: string): JsonValue {
  const properties = outputSchema?.['properties'];
  const property = isJsonObject(properties) ? properties[field] : undefined;
  return (isJsonObject(property) ? property['type'] : undefined) ?? null;
}

function valueOf(text: string, type: JsonValue): JsonValue {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  switch (type) {
    case 'number':
    case 'integer': {
      const number = Number(trimmed);
      return Number.isFinite(number) ? number : null;
    }
    case 'boolean':
      return trimmed === 'true' || trimmed === 'false' ? trimmed === 'true' : null;
    default:
      return text;
  }
}
