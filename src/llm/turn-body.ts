import type { OpenAI } from 'openai';
import type { JsonSchema } from '../domain/json-schema.ts';
import type { ModelMessage, ModelTool, ModelTurnRequest } from '../domain/model-client.ts';
import type { Abilities, StructuredMode } from './model-abilities.ts';

type Body = OpenAI.Chat.Completions.ChatCompletionCreateParamsStreaming;
type Message = OpenAI.Chat.Completions.ChatCompletionMessageParam;

/** The request for one turn, said in the way that the model is known to understand. */
export function toTurnBody(request: ModelTurnRequest, abilities: Abilities): Body {
  const { model, messages, tools, temperature, maxTokens, responseSchema } = request;
  const format = responseSchema === undefined ? {} : toFormat(responseSchema, abilities.structured);
  return {
    model,
    stream: true,
    messages: [...toInstruction(responseSchema, abilities.structured), ...messages.map(toMessage)],
    ...(tools === undefined || tools.length === 0 ? {} : { tools: tools.map(toTool) }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { [abilities.tokenLimit]: maxTokens }),
    ...(abilities.usageInStream ? { stream_options: { include_usage: true } } : {}),
    ...format,
  };
}

/** The words that ask for JSON that fits a schema. */
export function describeWantedJson(schema: JsonSchema): string {
  return `Answer with one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema)}`;
}

function toFormat(schema: JsonSchema, mode: StructuredMode): Pick<Body, 'response_format'> {
  switch (mode) {
    case 'strict-schema':
    case 'schema':
      return {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'answer', schema, strict: mode === 'strict-schema' },
        },
      };
    case 'json':
      return { response_format: { type: 'json_object' } };
    case 'instruction':
      return {};
  }
}

function toInstruction(schema: JsonSchema | undefined, mode: StructuredMode): Message[] {
  if (schema === undefined || mode === 'strict-schema' || mode === 'schema') return [];
  return [{ role: 'system', content: describeWantedJson(schema) }];
}

function toMessage(message: ModelMessage): Message {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: message.content };
    case 'tool':
      return { role: 'tool', tool_call_id: message.toolCallId, content: message.content };
    case 'assistant': {
      if (message.toolCalls === undefined) return { role: 'assistant', content: message.content };
      return {
        role: 'assistant',
        content: message.content === '' ? null : message.content,
        tool_calls: message.toolCalls.map(({ id, name, argumentsText }) => ({
          id,
          type: 'function',
          function: { name, arguments: argumentsText },
        })),
      };
    }
  }
}

function toTool({ name, description, inputSchema }: ModelTool): OpenAI.Chat.Completions.ChatCompletionTool {
  return { type: 'function', function: { name, description, parameters: inputSchema } };
}
