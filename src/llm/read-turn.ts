import { APIError, type OpenAI } from 'openai';
import { Stream } from 'openai/streaming';
import type { ModelToolCall, ModelUsage } from '../domain/model-client.ts';
import { RetryableError } from '../errors.ts';
import type { CallGuard } from './call-guard.ts';

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;
/** Servers leave out what the type says is there. */
type Delta = Partial<Chunk['choices'][number]['delta']>;
type ToolCallDelta = Partial<NonNullable<Delta['tool_calls']>[number]>;

/** What a provider has said in one turn, whether it streamed it or not. */
export interface RawTurn {
  text: string;
  refusal: string;
  toolCalls: ModelToolCall[];
  finishReason: string;
  usage: ModelUsage | null;
}

interface ReadOptions {
  client: OpenAI;
  guard: CallGuard;
  /** Characters of text and arguments together. */
  maxLength: number;
}

/**
 * Reads the answer of a chat completion: a stream of server-sent events, or one JSON object from a
 * server that does not stream.
 *
 * @throws RetryableError `model-answer-broken` when it ends before it is complete
 */
export async function readTurn(response: Response, options: ReadOptions): Promise<RawTurn> {
  const collector = createCollector(options);
  if (response.headers.get('content-type')?.includes('application/json')) {
    collector.add(asChunk(await response.json()));
  } else {
    const stream = Stream.fromSSEResponse<Chunk>(response, new AbortController(), options.client);
    for await (const chunk of stream) collector.add(chunk);
  }
  return collector.finish();
}

/** An answer in one piece has its message where a stream has its delta. */
function asChunk(answer: unknown): Chunk {
  const { error, choices, usage } = answer as Chunk & { error?: object };
  if (error !== undefined && error !== null) throw new APIError(undefined, error, undefined, undefined);
  const whole = choices?.map((choice) => ({
    ...choice,
    delta: (choice as unknown as { message?: Delta }).message ?? choice.delta,
  }));
  return { choices: whole, usage } as Chunk;
}

function createCollector({ guard, maxLength }: ReadOptions) {
  const turn: Omit<RawTurn, 'finishReason'> = { text: '', refusal: '', toolCalls: [], usage: null };
  const byIndex = new Map<number, ModelToolCall>();
  let finishReason: string | null = null;
  let length = 0;

  function count(part: string): string {
    length += part.length;
    if (length > maxLength) {
      guard.end('too-large');
      throw new Error('the answer is too large');
    }
    return part;
  }

  function addToolCall(part: ToolCallDelta): void {
    const index = part.index ?? byIndex.size;
    let call = byIndex.get(index);
    // Some servers give every call of a turn the same index.
    if (call === undefined || (part.id && part.function?.name && part.id !== call.id)) {
      call = { id: part.id || `call_${turn.toolCalls.length}`, name: '', argumentsText: '' };
      byIndex.set(index, call);
      turn.toolCalls.push(call);
    }
    call.name += count(part.function?.name ?? '');
    call.argumentsText += count(part.function?.arguments ?? '');
  }

  return {
    add(chunk: Chunk): void {
      const choice = chunk.choices?.[0];
      if (chunk.usage) turn.usage = toUsage(chunk.usage);
      if (choice === undefined) return;
      const delta: Delta = choice.delta ?? {};
      turn.text += count(delta.content ?? '');
      turn.refusal += count(delta.refusal ?? '');
      for (const part of delta.tool_calls ?? []) addToolCall(part);
      finishReason = choice.finish_reason ?? finishReason;
    },
    finish(): RawTurn {
      if (finishReason === null) {
        throw new RetryableError('The answer of the model ended before it was complete.', {
          code: 'model-answer-broken',
        });
      }
      return { ...turn, finishReason };
    },
  };
}

function toUsage(usage: Partial<OpenAI.CompletionUsage>): ModelUsage {
  return { promptTokens: usage.prompt_tokens ?? 0, completionTokens: usage.completion_tokens ?? 0 };
}
