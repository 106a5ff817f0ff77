import { APIError } from 'openai';
import { isJsonObject, type JsonValue } from '../domain/json.ts';
import type { JsonSchema } from '../domain/json-schema.ts';
import type { ModelTurnRequest } from '../domain/model-client.ts';
import type { ModelProvider } from '../domain/provider.ts';

/** How an answer's schema is asked for, the strictest first. */
const structuredLadder = ['strict-schema', 'schema', 'json', 'instruction'] as const;
export type StructuredMode = (typeof structuredLadder)[number];

/** What a model of a provider understands, as far as it is known. */
export interface Abilities {
  structured: StructuredMode;
  tokenLimit: 'max_tokens' | 'max_completion_tokens';
  usageInStream: boolean;
}

/** Remembers, for each provider and model, what was refused, so that it is asked for once only. */
export interface ModelAbilities {
  of(provider: ModelProvider, request: ModelTurnRequest): Abilities;
  /** What to try next after a refusal; `null` when the refusal is about something else. */
  afterRefusal(
    error: unknown,
    used: Abilities,
    provider: ModelProvider,
    request: ModelTurnRequest,
  ): Abilities | null;
}

export function createModelAbilities(): ModelAbilities {
  const known = new Map<string, Abilities>();

  function knownOf(provider: ModelProvider, model: string): Abilities {
    return known.get(keyOf(provider, model)) ?? firstGuess(provider);
  }

  return {
    of(provider, request) {
      const abilities = knownOf(provider, request.model);
      const wanted = strictestFor(request.responseSchema);
      return { ...abilities, structured: laxerOf(abilities.structured, wanted) };
    },
    afterRefusal(error, used, provider, request) {
      if (!(error instanceof APIError) || (error.status !== 400 && error.status !== 422)) return null;
      const said = `${error.message} ${error.param ?? ''} ${error.code ?? ''}`.toLowerCase();
      const next = nextAbilities(said, used, request);
      if (next === null) return null;
      // A schema that the provider finds invalid says nothing about other schemas.
      if (!/invalid[_ ](json[_ ])?schema/.test(said)) {
        const before = knownOf(provider, request.model);
        const structured = next.structured === used.structured ? before.structured : next.structured;
        known.set(keyOf(provider, request.model), { ...next, structured });
      }
      return next;
    },
  };
}

function firstGuess(provider: ModelProvider): Abilities {
  const isOpenAi = new URL(provider.baseUrl).hostname === 'api.openai.com';
  return {
    structured: 'strict-schema',
    tokenLimit: isOpenAi ? 'max_completion_tokens' : 'max_tokens',
    usageInStream: true,
  };
}

function nextAbilities(said: string, used: Abilities, request: ModelTurnRequest): Abilities | null {
  const laxer = structuredLadder[structuredLadder.indexOf(used.structured) + 1];
  const isAboutFormat = /response_format|json_schema|json_object|json mode|structured output|schema/.test(
    said,
  );
  if (request.responseSchema !== undefined && isAboutFormat && laxer !== undefined) {
    return { ...used, structured: laxer };
  }
  if (said.includes('stream_options') && used.usageInStream) return { ...used, usageInStream: false };
  const isAboutLimit = said.includes('max_tokens') || said.includes('max_completion_tokens');
  if (request.maxTokens !== undefined && isAboutLimit && used.tokenLimit === 'max_tokens') {
    return { ...used, tokenLimit: 'max_completion_tokens' };
  }
  return null;
}

/** Providers take schemas whose root is an object; strict ones want every property required and no others. */
function strictestFor(schema: JsonSchema | undefined): StructuredMode {
  if (schema === undefined) return 'strict-schema';
  if (schema['type'] !== 'object') return 'instruction';
  return isStrict(schema) ? 'strict-schema' : 'schema';
}

function isStrict(node: JsonValue): boolean {
  if (Array.isArray(node)) return node.every(isStrict);
  if (!isJsonObject(node)) return true;
  const { properties } = node;
  if (isJsonObject(properties)) {
    const required = Array.isArray(node['required']) ? node['required'] : [];
    if (node['additionalProperties'] !== false) return false;
    if (!Object.keys(properties).every((name) => required.includes(name))) return false;
  } else if (node['type'] === 'object') {
    return false;
  }
  return Object.values(node).every(isStrict);
}

function laxerOf(one: StructuredMode, other: StructuredMode): StructuredMode {
  return structuredLadder.indexOf(one) >= structuredLadder.indexOf(other) ? one : other;
}

function keyOf(provider: ModelProvider, model: string): string {
  return `${provider.name}\n${model}`;
}
