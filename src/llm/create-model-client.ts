import { OpenAI } from 'openai';
import type { Clock } from '../clock.ts';
import type { ModelClient, ModelTurn, ModelTurnRequest } from '../domain/model-client.ts';
import type { ModelProvider } from '../domain/provider.ts';
import { FatalError, RetryableError } from '../errors.ts';
import type { Timers } from '../timers.ts';
import { createBoundedFetch } from './bounded-fetch.ts';
import { type CallGuard, createCallGuard } from './call-guard.ts';
import { type Abilities, createModelAbilities } from './model-abilities.ts';
import { toModelFailure } from './model-failure.ts';
import { type RawTurn, readTurn } from './read-turn.ts';
import { toTurnBody } from './turn-body.ts';

export interface ModelClientOptions {
  providers: readonly ModelProvider[];
  clock: Clock;
  timers: Timers;
  /** For one call that asks for no longer time. Default 180,000. */
  timeoutMs?: number;
  /** Between two parts of an answer that has begun. Default 60,000. */
  silenceMs?: number;
  /** Characters of an answer at most. Default 262,144, what a step's output may be. */
  maxAnswerLength?: number;
}

/** A chunk of a stream carries few characters in many bytes. */
const maxBytesPerCharacter = 64;

/**
 * Asks models over the OpenAI API. What a provider does not understand (structured outputs, say) is
 * found out once, remembered, and asked for in another way.
 */
export function createModelClient(options: ModelClientOptions): ModelClient {
  const { providers, clock, timers } = options;
  const limits = { timeoutMs: options.timeoutMs ?? 180_000, silenceMs: options.silenceMs ?? 60_000 };
  const maxLength = options.maxAnswerLength ?? 256 * 1024;
  const known = createModelAbilities();

  function timeoutOf({ timeoutMs = 0 }: ModelTurnRequest): number {
    return Math.max(timeoutMs, limits.timeoutMs);
  }

  async function ask(
    provider: ModelProvider,
    request: ModelTurnRequest,
    abilities: Abilities,
    guard: CallGuard,
  ): Promise<RawTurn> {
    const maxBytes = maxLength * maxBytesPerCharacter;
    const client = createSdkClient(provider, guard, maxBytes, timeoutOf(request));
    const body = toTurnBody(request, abilities);
    const response = await client.chat.completions.create(body, { signal: guard.signal }).asResponse();
    return readTurn(response, { client, guard, maxLength });
  }

  async function askAsUnderstood(
    provider: ModelProvider,
    request: ModelTurnRequest,
    guard: CallGuard,
  ): Promise<{ raw: RawTurn; abilities: Abilities }> {
    let abilities = known.of(provider, request);
    for (;;) {
      try {
        const raw = await ask(provider, request, abilities, guard);
        return { raw, abilities };
      } catch (error) {
        const next = known.afterRefusal(error, abilities, provider, request);
        if (next === null) throw error;
        abilities = next;
      }
    }
  }

  return {
    async complete(request) {
      const provider = providers.find(({ name }) => name === request.provider);
      if (provider === undefined) {
        const message = `Baton has no model provider "${request.provider}".`;
        throw new FatalError(message, { code: 'model-provider-unknown' });
      }
      const startedAt = clock.now();
      const guard = createCallGuard(timers, { ...limits, timeoutMs: timeoutOf(request) }, request.signal);
      try {
        const { raw, abilities } = await askAsUnderstood(provider, request, guard);
        const latencyMs = clock.now().getTime() - startedAt.getTime();
        const structured = request.responseSchema === undefined ? null : structuredOf(abilities);
        return toTurn(raw, { latencyMs, structured });
      } catch (error) {
        throw toModelFailure(error, { provider, model: request.model, guard, now: clock.now() });
      } finally {
        guard.close();
      }
    },
  };
}

/** Everything that the SDK would otherwise take out of the environment is said here. */
function createSdkClient(
  provider: ModelProvider,
  guard: CallGuard,
  maxBytes: number,
  timeoutMs: number,
): OpenAI {
  return new OpenAI({
    baseURL: provider.baseUrl,
    apiKey: provider.apiKey ?? 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    ...(provider.apiKey === null ? { defaultHeaders: { Authorization: null } } : {}),
    maxRetries: 0,
    // Ours ends first, and bounds the whole answer, not only its beginning.
    timeout: timeoutMs + 60_000,
    // It would write parts of answers to the console.
    logLevel: 'off',
    fetch: createBoundedFetch(guard, maxBytes),
  });
}

function structuredOf({ structured }: Abilities): ModelTurn['structured'] {
  return structured === 'strict-schema' ? 'schema' : structured;
}

function toTurn(raw: RawTurn, measured: Pick<ModelTurn, 'latencyMs' | 'structured'>): ModelTurn {
  const { text, refusal, toolCalls, finishReason, usage } = raw;
  const facts = { ...measured, finishReason, usage };
  if (refusal !== '') return { kind: 'refusal', text: refusal, ...facts };
  if (finishReason === 'content_filter') return { kind: 'refusal', text, ...facts };
  if (finishReason === 'length') return { kind: 'cut', text, ...facts };
  if (toolCalls.length > 0) return { kind: 'tool-calls', text, toolCalls, ...facts };
  if (text.trim() === '') {
    throw new RetryableError('The model answered with nothing.', { code: 'model-answer-empty' });
  }
  return { kind: 'text', text, ...facts };
}
