import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { ModelClient, ModelTurnRequest } from '../../src/domain/model-client.ts';
import { type ModelClientOptions, createModelClient } from '../../src/llm/create-model-client.ts';
import { systemTimers } from '../../src/timers.ts';
import { failureOf } from '../support/failure-of.ts';
import { type Aimock, startAimock } from '../support/llm/aimock.ts';
import { aProvider } from '../support/llm/provider-builder.ts';
import {
  type ScriptedProvider,
  json,
  stall,
  startScriptedProvider,
  stream,
} from '../support/llm/scripted-provider.ts';

const KEY = 'key-of-the-test-1234567890';
const HELLO: ModelTurnRequest = {
  provider: 'default',
  model: 'm',
  messages: [{ role: 'user', content: 'hello' }],
};
const SCHEMA = {
  type: 'object',
  properties: { risk: { enum: ['low', 'high'] } },
  required: ['risk'],
  additionalProperties: false,
};

let aimock: Aimock;
let scripted: ScriptedProvider;

beforeAll(async () => {
  [aimock, scripted] = await Promise.all([startAimock(), startScriptedProvider()]);
});

afterAll(async () => {
  await Promise.all([aimock.stop(), scripted.stop()]);
});

function clientOf(baseUrl: string, over: Partial<ModelClientOptions> = {}): ModelClient {
  const providers = [aProvider({ baseUrl, apiKey: KEY })];
  return createModelClient({ providers, clock: systemClock, timers: systemTimers, ...over });
}

describe('a turn of a model', () => {
  it('gives its text, its tokens and why it ended', async () => {
    await aimock.answer({
      match: { userMessage: 'hello' },
      response: { content: 'Good morning', usage: { prompt_tokens: 7, completion_tokens: 3 } },
    });

    const turn = await clientOf(aimock.baseUrl).complete({ ...HELLO, maxTokens: 50 });

    expect(turn).toMatchObject({
      kind: 'text',
      text: 'Good morning',
      finishReason: 'stop',
      usage: { promptTokens: 7, completionTokens: 3 },
      structured: null,
    });
    expect((await aimock.requests())[0]).toMatchObject({ model: 'm', max_tokens: 50 });
  });

  it('gives the tools that the model wants called, also in parallel', async () => {
    const toolCalls = [
      { id: 'c1', name: 'find', arguments: '{"id":1}' },
      { id: 'c2', name: 'find', arguments: '{"id":2}' },
    ];
    await aimock.answer({ match: { userMessage: 'hello' }, chunkSize: 3, response: { toolCalls } });
    const tools = [{ name: 'find', description: 'finds', inputSchema: { type: 'object' } }];

    const turn = await clientOf(aimock.baseUrl).complete({ ...HELLO, tools });

    expect(turn).toMatchObject({
      kind: 'tool-calls',
      toolCalls: [
        { id: 'c1', name: 'find', argumentsText: '{"id":1}' },
        { id: 'c2', name: 'find', argumentsText: '{"id":2}' },
      ],
    });
  });

  it('keeps calls apart that a server streams under the same index', async () => {
    const call = (id: string) => ({ index: 0, id, function: { name: 'find', arguments: `{"of":"${id}"}` } });
    scripted.answer(stream([{ tool_calls: [call('a')] }, { tool_calls: [call('b')] }]));

    const turn = await clientOf(scripted.baseUrl).complete(HELLO);

    expect(turn.kind === 'tool-calls' && turn.toolCalls.map((one) => one.argumentsText)).toEqual([
      '{"of":"a"}',
      '{"of":"b"}',
    ]);
  });

  it('reads the answer of a server that does not stream', async () => {
    const choices = [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'whole' } }];
    scripted.answer(json(200, { choices, usage: { prompt_tokens: 1, completion_tokens: 2 } }));

    const turn = await clientOf(scripted.baseUrl).complete(HELLO);

    expect(turn).toMatchObject({ kind: 'text', text: 'whole', usage: { promptTokens: 1 } });
  });

  it.each<[what: string, deltas: object[], finishReason: string, expected: object]>([
    [
      'refuses',
      [{ refusal: 'I will ' }, { refusal: 'not' }],
      'stop',
      { kind: 'refusal', text: 'I will not' },
    ],
    ['is filtered', [{ content: 'I' }], 'content_filter', { kind: 'refusal', text: 'I' }],
    ['came to its limit', [{ content: 'The fir' }], 'length', { kind: 'cut', text: 'The fir' }],
  ])('says that it %s', async (_what, deltas, finishReason, expected) => {
    scripted.answer(stream(deltas, finishReason));

    expect(await clientOf(scripted.baseUrl).complete(HELLO)).toMatchObject(expected);
  });

  it('sends the key, and no header that was not meant for this provider', async () => {
    scripted.answer(stream([{ content: 'hi' }]));
    process.env['OPENAI_CUSTOM_HEADERS'] = 'X-Other-Provider: secret';
    process.env['OPENAI_ORG_ID'] = 'org-secret';

    await clientOf(scripted.baseUrl).complete(HELLO);

    const [request] = scripted.requests;
    expect(request?.headers.authorization).toBe(`Bearer ${KEY}`);
    expect(JSON.stringify(request?.headers)).not.toContain('secret');
  });

  it('sends no key to a server that asks for none', async () => {
    scripted.answer(stream([{ content: 'hi' }]));
    const providers = [aProvider({ baseUrl: scripted.baseUrl })];
    process.env['OPENAI_API_KEY'] = 'sk-of-somebody-else';

    await createModelClient({ providers, clock: systemClock, timers: systemTimers }).complete(HELLO);

    expect(scripted.requests[0]?.headers.authorization).toBeUndefined();
  });

  afterEach(() => {
    for (const name of ['OPENAI_CUSTOM_HEADERS', 'OPENAI_ORG_ID', 'OPENAI_API_KEY']) delete process.env[name];
  });
});

describe('a model that is slow', () => {
  it('is waited for as long as the request says, where that is longer than usual', async () => {
    const client = clientOf(scripted.baseUrl, { timeoutMs: 20 });
    scripted.answer((response, request) => {
      setTimeout(() => stream([{ content: 'at last' }])(response, request), 300);
    });

    expect(await client.complete({ ...HELLO, timeoutMs: 60_000 })).toMatchObject({ text: 'at last' });
    expect((await failureOf(client.complete({ ...HELLO, timeoutMs: 10 }))).code).toBe('model-timeout');
  });
});

describe('a model that fails', () => {
  const short = { timeoutMs: 300, silenceMs: 150 };
  const content = 'a long answer in many parts';

  it.each<[what: string, code: string, retryable: boolean, fixture: object]>([
    ['429', 'model-rate-limited', true, { response: { error: { message: 'slow down' }, status: 429 } }],
    ['500', 'model-unavailable', true, { response: { error: { message: 'oops' }, status: 500 } }],
    ['a dropped request', 'model-unavailable', true, { response: { content }, chaos: { dropRate: 1 } }],
    ['broken JSON', 'model-answer-broken', true, { response: { content }, chaos: { malformedRate: 1 } }],
    ['a dropped socket', 'model-unreachable', true, { response: { content }, chaos: { disconnectRate: 1 } }],
    [
      'a stream that stops',
      'model-answer-broken',
      true,
      { response: { content }, truncateAfterChunks: 2, latency: 40 },
    ],
    ['no answer in time', 'model-timeout', true, { response: { content }, chaos: { latencyMs: 5_000 } }],
    ['an empty answer', 'model-answer-empty', true, { response: { content: ' ' } }],
    [
      '1 MB',
      'model-answer-too-large',
      false,
      { response: { content: 'x'.repeat(1 << 20) }, chunkSize: 9_999 },
    ],
    ['400', 'model-request-refused', false, { response: { error: { message: 'too long' }, status: 400 } }],
    ['401', 'model-key-refused', false, { response: { error: { message: 'bad key' }, status: 401 } }],
    ['404', 'model-not-found', false, { response: { error: { message: 'no such model' }, status: 404 } }],
    [
      'a quota that is used up',
      'model-quota',
      false,
      { response: { error: { message: 'pay', code: 'insufficient_quota' }, status: 429 } },
    ],
  ])('with %s is %s', async (_what, code, retryable, fixture) => {
    await aimock.answer({ match: { userMessage: 'hello' }, response: {}, chunkSize: 5, ...fixture });

    const failure = await failureOf(
      clientOf(aimock.baseUrl, code === 'model-timeout' ? short : {}).complete(HELLO),
    );

    expect(failure).toMatchObject({ code, retryable });
    expect((await aimock.requests()).length).toBeLessThanOrEqual(1);
  });

  it('says how long the provider wants to be left alone', async () => {
    await aimock.answer({
      match: { userMessage: 'hello' },
      response: { error: { message: 'slow down' }, status: 429, retryAfter: 17 },
    });

    expect((await failureOf(clientOf(aimock.baseUrl).complete(HELLO))).retryAfterMs).toBe(17_000);
  });

  it('does not wait for the rest of a stream that says nothing more', async () => {
    scripted.answer(stall([{ content: 'I was about to' }]));

    const failure = await failureOf(clientOf(scripted.baseUrl, { silenceMs: 150 }).complete(HELLO));

    expect(failure).toMatchObject({ code: 'model-answer-broken', retryable: true });
  });

  it('is retryable when its stream ends without having finished, or tells of an error', async () => {
    scripted.answer(stream([{ content: 'half' }], null));
    const ended = await failureOf(clientOf(scripted.baseUrl).complete(HELLO));
    scripted.answer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"error":{"message":"the GPU is gone"}}\n\n');
    });
    const told = await failureOf(clientOf(scripted.baseUrl).complete(HELLO));

    expect(ended).toMatchObject({ code: 'model-answer-broken', retryable: true });
    expect(told).toMatchObject({ code: 'model-unavailable', retryable: true });
    expect(told.message).toContain('the GPU is gone');
  });

  it('ends a call that is cancelled', async () => {
    const controller = new AbortController();
    scripted.answer((response) => {
      stall([{ content: 'a' }])(response, { headers: {}, body: {} as never });
      controller.abort();
    });

    const failure = await failureOf(
      clientOf(scripted.baseUrl).complete({ ...HELLO, signal: controller.signal }),
    );

    expect(failure.code).toBe('model-call-cancelled');
  });

  it('cannot send the key on to somebody else, nor bring it into an error', async () => {
    scripted.answer(json(307, {}, { location: `${aimock.baseUrl}/chat/completions` }));
    await aimock.answer({ match: { userMessage: 'hello' }, response: { content: 'stolen' } });
    const redirected = await failureOf(clientOf(scripted.baseUrl).complete(HELLO));
    scripted.answer(json(401, { error: { message: `Incorrect API key provided: ${KEY}` } }));
    const refused = await failureOf(clientOf(scripted.baseUrl).complete(HELLO));

    expect(redirected.code).toBe('model-unreachable');
    expect(await aimock.requests()).toEqual([]);
    expect(refused.message).toContain('[key]');
    expect(refused.message).not.toContain(KEY);
  });

  it('is unreachable where nothing listens', async () => {
    const failure = await failureOf(clientOf('http://127.0.0.1:1/v1').complete(HELLO));

    expect(failure).toMatchObject({ code: 'model-unreachable', retryable: true });
  });
});

describe('an answer with a schema', () => {
  const formats = () => scripted.requests.map(({ body }) => body.response_format?.type ?? null);
  const refuse = (message: string, param?: string) => json(400, { error: { message, param } });
  const fits = stream([{ content: '{"risk":"low"}' }]);

  it('is asked for by the provider’s own structured outputs, strictly when the schema allows it', async () => {
    scripted.answer(fits);
    const client = clientOf(scripted.baseUrl);

    const turn = await client.complete({ ...HELLO, responseSchema: SCHEMA });
    await client.complete({ ...HELLO, responseSchema: { ...SCHEMA, required: [] } });

    expect(turn.structured).toBe('schema');
    expect(scripted.requests.map(({ body }) => body.response_format?.json_schema?.strict)).toEqual([
      true,
      false,
    ]);
  });

  it('is asked for by instruction where nothing else is understood, and this is found out once', async () => {
    const no = refuse("Unsupported parameter: 'response_format'", 'response_format');
    scripted.answer(no, no, no, fits);
    const client = clientOf(scripted.baseUrl);

    const turn = await client.complete({ ...HELLO, responseSchema: SCHEMA });
    expect(turn.structured).toBe('instruction');
    expect(formats()).toEqual(['json_schema', 'json_schema', 'json_object', null]);
    expect(JSON.stringify(scripted.requests.at(-1)?.body.messages)).toContain('JSON Schema');

    await client.complete({ ...HELLO, responseSchema: SCHEMA });
    await client.complete({ ...HELLO, model: 'another', responseSchema: SCHEMA });
    expect(formats().slice(4)).toEqual([null, 'json_schema']);
  });

  it('does not give up structured outputs for a schema that alone is not understood', async () => {
    const no = refuse("Invalid schema for response_format 'answer': 'oneOf' is not permitted");
    scripted.answer(no, no, fits);
    const client = clientOf(scripted.baseUrl);

    await client.complete({ ...HELLO, responseSchema: SCHEMA });
    await client.complete({ ...HELLO, responseSchema: SCHEMA });

    expect(formats().slice(0, 4)).toEqual(['json_schema', 'json_schema', 'json_object', 'json_schema']);
  });

  it('uses the other name of the token limit where the first is refused', async () => {
    scripted.answer(
      refuse("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'.", 'max_tokens'),
      fits,
    );

    await clientOf(scripted.baseUrl).complete({ ...HELLO, maxTokens: 9 });

    expect(scripted.requests.at(-1)?.body).toMatchObject({ max_completion_tokens: 9 });
    expect(scripted.requests.at(-1)?.body).not.toHaveProperty('max_tokens');
  });

  it('ends with the refusal when asking in another way would not help', async () => {
    scripted.answer(refuse('this prompt is too long'));

    const failure = await failureOf(
      clientOf(scripted.baseUrl).complete({ ...HELLO, responseSchema: SCHEMA }),
    );

    expect(failure.code).toBe('model-request-refused');
    expect(scripted.requests).toHaveLength(1);
  });
});
