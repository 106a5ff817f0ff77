import type { JsonSchema } from './json-schema.ts';

/** One call of a tool, as a model asks for it. */
export interface ModelToolCall {
  /** The model's own id; its result is sent back under it. */
  id: string;
  /** The tool's name as it was offered. */
  name: string;
  /** The arguments as the model wrote them: JSON, unless the model erred. */
  argumentsText: string;
}

/** One message of a conversation. What people, tasks and tools say is never a `system` message. */
export type ModelMessage =
  | { role: 'system'; content: string }
  | { role: 'user'; content: string }
  | { role: 'assistant'; content: string; toolCalls?: ModelToolCall[] }
  | { role: 'tool'; toolCallId: string; content: string };

/** A tool as it is offered to a model. */
export interface ModelTool {
  /** 1 to 64 letters, digits, `_` or `-`. */
  name: string;
  description: string;
  inputSchema: JsonSchema;
}

/** One turn of a model. */
export interface ModelTurnRequest {
  /** A provider's name. */
  provider: string;
  model: string;
  messages: readonly ModelMessage[];
  tools?: readonly ModelTool[];
  /** 0 to 2. Default: the provider's own. */
  temperature?: number;
  /** Tokens of the answer at most. Default: the provider's own. */
  maxTokens?: number;
  /** What the answer has to look like. Asked for as strictly as the provider allows, and not checked here. */
  responseSchema?: JsonSchema;
  /** How long the call may take, where that is more than the client allows by itself. */
  timeoutMs?: number;
  /** Ends the call. */
  signal?: AbortSignal;
}

export interface ModelUsage {
  promptTokens: number;
  completionTokens: number;
}

/** What every answer carries. */
export interface ModelAnswerFacts {
  /** The provider's own word: `stop`, `length`, `tool_calls`, `content_filter` … */
  finishReason: string;
  /** `null` when the provider did not say. */
  usage: ModelUsage | null;
  latencyMs: number;
  /** How the schema was asked for; `null` without one. */
  structured: 'schema' | 'json' | 'instruction' | null;
}

/** `cut`: the answer came to the limit of tokens, `text` is its beginning. */
export type ModelTurn = ModelAnswerFacts &
  (
    | { kind: 'text'; text: string }
    | { kind: 'tool-calls'; text: string; toolCalls: ModelToolCall[] }
    | { kind: 'refusal'; text: string }
    | { kind: 'cut'; text: string }
  );

/** Asks a model for one turn. It never tries again by itself: that is the step's policy. */
export interface ModelClient {
  /**
   * @throws RetryableError (`retryAfterMs` when the provider said so) for what may pass: a rate limit,
   *   5xx, a timeout, a dropped socket, an answer that broke off
   * @throws FatalError for what stays: a wrong key, an unknown model, a refused request, an answer that is too large
   */
  complete(request: ModelTurnRequest): Promise<ModelTurn>;
}
