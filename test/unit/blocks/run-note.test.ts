import { describe, expect, it } from 'vitest';
import { askMessage } from '../../../blocks/ask.ts';
import { runNote } from '../../../blocks/run-note.ts';
import { taskCard } from '../../../blocks/task-card.ts';
import type { Definition, StepInput } from '../../../src/domain/definition.ts';
import type { ExecutionState } from '../../../src/domain/execution.ts';
import type { JsonObject, JsonValue } from '../../../src/domain/json.ts';
import type { RunEnd } from '../../../src/domain/run-end.ts';
import { transition } from '../../../src/engine/transition.ts';
import { currentId, definition, human, minutesAfterStart, started } from '../../support/builders.ts';
import { expectNothingHostile, expectSlackAccepts, hostileText, shownText } from './slack-accepts.ts';

const prompt: StepInput = {
  name: 'write_draft',
  type: 'PROMPT',
  inputsTemplate: { prompt: 'Write it' },
};
const decide = human('legal_ok', {
  inputsTemplate: { message: 'Send this?\n{{steps.write_draft.output}}\nThanks.' },
});

const call: JsonObject = {
  kind: 'model',
  at: '2026-03-02T09:00:00.000Z',
  purpose: 'answer',
  provider: 'ollama',
  model: 'llama',
  attempt: 1,
  usage: { promptTokens: 300, completionTokens: 20 },
  latencyMs: 1_400,
  finishReason: 'stop',
  structured: null,
  toolCalls: [],
  schemaErrors: [],
  error: null,
};

function ended(
  end: RunEnd,
  steps: StepInput[] = [prompt, decide],
): { of: Definition; execution: ExecutionState } {
  const of = definition(steps);
  const begun = started(of).execution;
  const ids = { stepExecutionId: currentId(begun), token: 't' };
  const claimed = transition(of, begun, { type: 'start-run', ...ids, leaseMs: 9_000 }, minutesAfterStart(1));
  const command = { type: 'end-run', ...ids, end } as const;
  return { of, execution: transition(of, claimed.execution, command, minutesAfterStart(2)).execution };
}

function done(output: JsonValue, entries: JsonObject[] = [call]): RunEnd {
  const report = { entries, usage: { promptTokens: 300, completionTokens: 20 }, handler: 'ollama/llama' };
  return { kind: 'done', output, outcome: null, facts: {}, report };
}

describe('the note about a run', () => {
  it('says who did it, what came out, and each call with its tokens and time', async () => {
    const { of: workflow, execution } = ended(done('All **good**.'));
    const { message, isWhole } = runNote({ definition: workflow, execution, stepIndex: 0 });
    const text = shownText(message);
    expect(text).toContain('*Write draft*: done by llama (ollama)');
    expect(text).toContain('All *good*.');
    expect(text).toContain('*Log:* 1 call, 300 + 20 tokens, 1.4 s');
    expect(text).toContain('• llama: ended with stop · 300 + 20 tokens · 1.4 s');
    expect(isWhole).toBe(true);
    await expectSlackAccepts(message);
  });

  it('marks an answer that did not fit, and says which route a text means and why', () => {
    const unfit = { ...call, schemaErrors: [{ path: 'risk', message: 'must be high' }] };
    const picked = { condition: 'The customer is angry', reason: `They shout. ${hostileText}` };
    const pick = { ...call, purpose: 'pick-condition', picked };
    const { of: workflow, execution } = ended(done('All good.', [unfit, pick]));
    const { message } = runNote({ definition: workflow, execution, stepIndex: 0 });
    const text = shownText(message);
    expect(text).toContain('⚠ llama: ended with stop · did not fit its schema (1 error)');
    expect(text).toContain('“The customer is angry”, because: They shout.');
    expectNothingHostile(message);
  });

  it('lists short values under the names of their fields, and all else as JSON; secrets never', () => {
    const flat = ended(done({ riskLevel: 'high', api_key: 'k-1', parties: ['Acme', 'Bolt'] }));
    const text = shownText(runNote({ definition: flat.of, execution: flat.execution, stepIndex: 0 }).message);
    expect(text).toContain('*Risk level:* high');
    expect(text).toContain('*Parties:* Acme, Bolt');
    expect(text).not.toContain('k-1');
    const deep = ended(done({ terms: [{ days: 30, password: 'p-1' }] }));
    const json = shownText(runNote({ definition: deep.of, execution: deep.execution, stepIndex: 0 }).message);
    expect(json).toContain('"days": 30');
    expect(json).not.toContain('p-1');
  });

  it('stays within Slack’s limits with a long answer and a long log, and brings nothing to life', async () => {
    const tool: JsonObject = {
      kind: 'tool',
      server: hostileText,
      tool: hostileText,
      attempt: 2,
      argumentsText: JSON.stringify({ text: hostileText.repeat(40) }),
      outcome: 'tool-error',
      resultSizeBytes: 12,
      latencyMs: 3,
      error: { code: 'x', message: hostileText.repeat(20), retryable: true },
    };
    const bad = { ...call, model: hostileText, finishReason: hostileText, toolCalls: [hostileText] };
    const entries = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? tool : bad));
    const { of: workflow, execution } = ended(done(`${hostileText}\n\n`.repeat(400), entries));
    const { message, isWhole } = runNote({ definition: workflow, execution, stepIndex: 0 });
    expect(isWhole).toBe(false);
    expect(shownText(message)).toContain('Cut here');
    expectNothingHostile(message);
    await expectSlackAccepts(message);
    await expectSlackAccepts(taskCard({ definition: workflow, execution }));
  });

  it('says why it stopped, what was answered, and what is wrong with that', async () => {
    const { of: workflow, execution } = ended({
      kind: 'failed',
      reason: 'output-invalid',
      message: 'It does not fit.',
      data: { answer: '<!channel> ```no```', errors: [{ path: 'risk', message: 'must be high' }] },
      isRetryable: false,
      retryAfterMs: null,
      report: { entries: [call], usage: { promptTokens: 1, completionTokens: 1 } },
    });
    const { message } = runNote({ definition: workflow, execution, stepIndex: 0 });
    const text = shownText(message);
    expect(text).toContain('stopped at llama (ollama)');
    expect(text).toContain('It does not fit.');
    expect(text).toContain('• `risk` must be high');
    expectNothingHostile(message);
    await expectSlackAccepts(message);
  });
});

describe('what a model wrote, in a question to people', () => {
  it('shows as the Markdown that it is, between the words of the template', async () => {
    const { of: workflow, execution } = ended(done('## Offer\n\n- **Net 30** <!here>'));
    const message = askMessage({ definition: workflow, execution, stepIndex: 1, recipientIndex: 0 });
    const text = shownText(message);
    expect(text).toContain('*Offer*\n\n• *Net 30* &lt;!here&gt;');
    expect(text).toContain('Thanks.');
    expect(text).not.toContain('## Offer');
    await expectSlackAccepts(message);
  });
});
