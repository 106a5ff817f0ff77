import { type Step, inputsTemplateOf } from '../../domain/definition.ts';
import type { JsonObject, JsonValue } from '../../domain/json.ts';
import { type SchemaLiteral, fitting } from '../../domain/satisfy/schema-literal.ts';
import type { Exit } from './exits.ts';
import type { Edge } from './workflow-graph.ts';

/** The parts of what a step leaves in the context; see `StepContext`. */
export const sections = ['inputs', 'output', 'condition', 'actor', 'comment'] as const;
export type Section = (typeof sections)[number];

export function isSection(name: string): name is Section {
  return (sections as readonly string[]).includes(name);
}

const nothing = [fitting({ type: 'null' })];

/** What is known of a part of the context when the step was left by this edge. */
export function factsAfter(edge: Edge, section: Section): readonly SchemaLiteral[] {
  switch (section) {
    case 'inputs':
      return inputsFacts(edge.from);
    case 'output':
      return edge.output ?? nothing;
    case 'condition':
      return [fitting({ const: edge.exit.outcome ?? edge.handoff?.condition ?? null })];
    case 'actor':
      return [fitting(actorSchema(edge.exit))];
    case 'comment':
      return [fitting({ type: ['string', 'null'] })];
  }
}

/** What is known of it while the step itself is being begun. */
export function factsWithin(step: Step, section: Section): readonly SchemaLiteral[] {
  return section === 'inputs' ? inputsFacts(step) : nothing;
}

function inputsFacts(step: Step): readonly SchemaLiteral[] {
  return [fitting(schemaOf(inputsTemplateOf(step)))];
}

/** What a value is once its templates are rendered: the same, with other texts. */
function schemaOf(value: JsonValue): JsonObject {
  if (typeof value === 'string') return { type: 'string' };
  if (Array.isArray(value)) {
    if (value.length === 0) return { const: [] };
    return { type: 'array', items: value.map(schemaOf), minItems: value.length, maxItems: value.length };
  }
  if (typeof value !== 'object' || value === null) return { const: value };
  const properties = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, schemaOf(item)]));
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

function actorSchema({ by }: Exit): JsonObject {
  const person = kindOfActor('person', { userId: { type: 'string' }, name: { type: ['string', 'null'] } });
  if (by === 'person') return person;
  const system = kindOfActor('system', {});
  if (by === 'system') return system;
  const key = kindOfActor('key', { keyId: { type: 'string' }, name: { type: ['string', 'null'] } });
  return { anyOf: [person, key, system] };
}

function kindOfActor(kind: string, more: JsonObject): JsonObject {
  const properties: JsonObject = { kind: { const: kind }, ...more };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}
