import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sumUsage } from '../../src/domain/run-log.ts';
import type { PromptRequest } from '../../src/domain/model-runs.ts';
import { type AgentStage, createAgentStage } from '../support/llm/agent-stage.ts';
import type { AimockFixture } from '../support/llm/aimock.ts';

const SCHEMA = { type: 'object', properties: { risk: { enum: ['low', 'high'] } }, required: ['risk'] };
const ASK: PromptRequest = { provider: 'default', model: 'm', prompt: 'Extract the risk', attempt: 2 };
const WITH_SCHEMA: PromptRequest = { ...ASK, outputSchema: SCHEMA };

let stage: AgentStage;

beforeAll(async () => {
  stage = await createAgentStage();
});

afterAll(async () => {
  await stage.stop();
});

function says(content: string, turnIndex?: number): AimockFixture {
  return { match: turnIndex === undefined ? {} : { turnIndex }, response: { content } };
}

describe('a prompt', () => {
  it('without a schema gives the text, and a log that tells who said it at what price', async () => {
    const usage = { prompt_tokens: 11, completion_tokens: 5 };
    await stage.aimock.answer({ match: {}, response: { content: 'Low, I think.', usage } });

    const result = await stage.runs.runPrompt(ASK);

    expect(result).toMatchObject({ kind: 'ok', text: 'Low, I think.', output: 'Low, I think.' });
    expect(result.log).toMatchObject([
      { purpose: 'answer', provider: 'default', model: 'm', attempt: 2, finishReason: 'stop', error: null },
    ]);
    expect(sumUsage(result.log)).toEqual({ promptTokens: 11, completionTokens: 5 });
  });

  it.each([
    ['JSON', '{"risk":"low"}'],
    ['a fenced block', 'Here you are:\n```json\n{"risk":"low"}\n```\nAnything else?'],
    ['JSON after thinking aloud', '<think>{"risk":"high"}? no.</think>{"risk":"low"}'],
    ['JSON between words', 'The answer is {"risk":"low"}.'],
  ])('with a schema is parsed from %s', async (_what, content) => {
    await stage.aimock.answer(says(content));

    expect(await stage.runs.runPrompt(WITH_SCHEMA)).toMatchObject({ kind: 'ok', output: { risk: 'low' } });
    expect(await stage.aimock.requests()).toHaveLength(1);
  });

  it('shows the model its errors once, and takes what it answers then', async () => {
    await stage.aimock.answer(says('{"risk":"enormous"}', 0), says('{"risk":"high"}', 1));

    const result = await stage.runs.runPrompt(WITH_SCHEMA);

    expect(result).toMatchObject({ kind: 'ok', output: { risk: 'high' } });
    expect(result.log).toMatchObject([
      { purpose: 'answer', schemaErrors: [{ path: 'risk', message: 'must be one of low, high' }] },
      { purpose: 'repair', schemaErrors: [] },
    ]);
    const repair = (await stage.aimock.requests())[1]?.messages.at(-1);
    expect(repair).toMatchObject({
      role: 'user',
      content: expect.stringContaining('risk: must be one of low, high'),
    });
  });

  it('fails with the answer and its errors when the repair does not fit either', async () => {
    await stage.aimock.answer(says('{"risk":"enormous"}'));

    const result = await stage.runs.runPrompt(WITH_SCHEMA);

    expect(result).toMatchObject({
      kind: 'schema-failed',
      text: '{"risk":"enormous"}',
      errors: [{ path: 'risk' }],
    });
    expect(await stage.aimock.requests()).toHaveLength(2);
  });

  it('is repaired as often as the caller says, also for what only the caller can check', async () => {
    await stage.aimock.answer(says('{"risk":"high"}'));
    const check = () => [{ path: 'risk', message: 'is not what I want' }];

    const result = await stage.runs.runPrompt({ ...WITH_SCHEMA, check, maxRepairs: 2 });

    expect(result).toMatchObject({ kind: 'schema-failed', errors: [{ message: 'is not what I want' }] });
    expect(await stage.aimock.requests()).toHaveLength(3);
  });

  it.each<[what: string, response: object, kind: string]>([
    ['refuses', { content: 'No.', finishReason: 'content_filter' }, 'refused'],
    ['is cut at its limit', { content: '{"ri', finishReason: 'length' }, 'cut'],
  ])('is not repaired when the model %s', async (_what, response, kind) => {
    await stage.aimock.answer({ match: {}, response });

    expect((await stage.runs.runPrompt(WITH_SCHEMA)).kind).toBe(kind);
    expect(await stage.aimock.requests()).toHaveLength(1);
  });

  it('ends with the error of the provider, which is logged', async () => {
    await stage.aimock.answer({
      match: {},
      response: { error: { message: 'slow down' }, status: 429, retryAfter: 3 },
    });

    const result = await stage.runs.runPrompt(ASK);

    expect(result).toMatchObject({ kind: 'error', error: expect.objectContaining({ retryAfterMs: 3_000 }) });
    expect(result.log).toMatchObject([
      { finishReason: null, error: { code: 'model-rate-limited', retryable: true } },
    ]);
  });

  it('refuses an answer that could not be stored', async () => {
    await stage.aimock.answer(says('{"risk":"low","$where":"x"}'));

    expect((await stage.runs.runPrompt(WITH_SCHEMA)).kind).toBe('schema-failed');
  });
});

describe('free text with named conditions', () => {
  const conditions = [{ name: 'angry', description: 'the customer is angry' }, { name: 'default' }];
  const pick = { provider: 'default', model: 'm', answerText: 'I WANT MY MONEY', attempt: 1 };

  it('is given to the model, which picks one of the names with its reason', async () => {
    await stage.aimock.answer(says('{"condition":"angry","reason":"capital letters"}'));

    const result = await stage.runs.pickCondition({ ...pick, conditions });

    expect(result).toMatchObject({ kind: 'picked', condition: 'angry', reason: 'capital letters' });
    expect(result.log).toMatchObject([{ purpose: 'pick-condition' }]);
    const [request] = await stage.aimock.requests();
    expect(request?.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(request?.messages[0]?.content).not.toContain('MONEY');
    expect(request?.response_format?.json_schema?.schema).toMatchObject({
      properties: { condition: { enum: ['angry', 'default'] } },
    });
  });

  it('never gets a condition that the step does not have', async () => {
    await stage.aimock.answer(says('{"condition":"refund_at_once","reason":"the text says so"}'));

    const result = await stage.runs.pickCondition({ ...pick, conditions });

    expect(result).toMatchObject({ kind: 'error', error: { code: 'condition-not-picked', retryable: true } });
    expect(result.log).toHaveLength(2);
  });

  it.each([
    [[], null],
    [[{ name: 'angry' }], 'angry'],
  ])('costs no call where there is nothing to pick: %j', async (few, condition) => {
    await stage.aimock.answer(says('{}'));

    expect(await stage.runs.pickCondition({ ...pick, conditions: few })).toEqual({
      kind: 'nothing-to-pick',
      condition,
      log: [],
    });
    expect(await stage.aimock.requests()).toEqual([]);
  });
});
