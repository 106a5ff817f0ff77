import type { ModelMessage, ModelTurnRequest } from '../domain/model-client.ts';
import type { PromptRequest, PromptResult } from '../domain/model-runs.ts';
import type { ModelCallEntry } from '../domain/run-log.ts';
import { checkAnswer, describeWrongAnswer } from './check-answer.ts';
import { type TurnDeps, askLogged } from './logged-turn.ts';

/**
 * Asks a model once. With an output schema the answer is checked, and the model is shown what is wrong
 * with it as often as `maxRepairs` says.
 */
export async function runPrompt(
  deps: TurnDeps,
  request: PromptRequest,
  purpose: ModelCallEntry['purpose'] = 'answer',
): Promise<PromptResult> {
  const { outputSchema, attempt, maxRepairs = 1 } = request;
  const log: ModelCallEntry[] = [];
  const messages: ModelMessage[] = [];
  if (request.system !== undefined) messages.push({ role: 'system', content: request.system });
  messages.push({ role: 'user', content: request.prompt });
  for (let repairs = 0; ; repairs += 1) {
    const about = { purpose: repairs === 0 ? purpose : 'repair', attempt } as const;
    const asked = await askLogged(deps, toTurnRequest(request, messages), about);
    log.push(asked.entry);
    if (asked.kind === 'failed') return { kind: 'error', error: asked.error, log };
    const { turn } = asked;
    if (turn.kind === 'refusal') return { kind: 'refused', text: turn.text, log };
    if (turn.kind === 'cut') return { kind: 'cut', text: turn.text, log };
    const { text } = turn;
    if (outputSchema === undefined) return { kind: 'ok', text, output: text, log };
    const checked = checkAnswer(text, outputSchema, request.check);
    if (checked.kind === 'fits') return { kind: 'ok', text, output: checked.output, log };
    asked.entry.schemaErrors = checked.errors;
    if (repairs >= maxRepairs) return { kind: 'schema-failed', text, errors: checked.errors, log };
    messages.push(
      { role: 'assistant', content: text },
      { role: 'user', content: describeWrongAnswer(checked.errors, outputSchema) },
    );
  }
}

function toTurnRequest(request: PromptRequest, messages: readonly ModelMessage[]): ModelTurnRequest {
  const { provider, model, temperature, maxTokens, outputSchema, callTimeoutMs, signal } = request;
  return {
    provider,
    model,
    messages: [...messages],
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(outputSchema === undefined ? {} : { responseSchema: outputSchema }),
    ...(callTimeoutMs === undefined ? {} : { timeoutMs: callTimeoutMs }),
    ...(signal === undefined ? {} : { signal }),
  };
}
