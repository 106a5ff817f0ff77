import type { RunStep } from '../../domain/definition.ts';
import type { JsonSchema } from '../../domain/json-schema.ts';
import type { PromptResult } from '../../domain/model-runs.ts';
import type { RunEnd } from '../../domain/run-end.ts';
import { type ClaimedRun, describeWrongOutput, failedRun, inputText } from './claimed-run.ts';
import { finishWithOutput } from './finish-with-output.ts';
import type { RunDeps } from './run-deps.ts';
import type { Model } from './run-plan.ts';
import { toReport } from './run-report.ts';

type PromptStep = Extract<RunStep, { type: 'PROMPT' }>;

/** Asks the model, checks its answer, and finds out where it leads. */
export async function runPromptStep(
  deps: RunDeps,
  run: ClaimedRun<PromptStep>,
  model: Model,
): Promise<RunEnd> {
  const { step, stepExecution, attempt, signal } = run;
  const { temperature, maxTokens, outputSchema, timeoutMs } = step;
  const result = await deps.runs.runPrompt({
    ...model,
    prompt: inputText(stepExecution, 'prompt'),
    ...(temperature === undefined ? {} : { temperature }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(outputSchema === undefined ? {} : { outputSchema: outputSchema as JsonSchema }),
    ...(timeoutMs === undefined ? {} : { callTimeoutMs: timeoutMs }),
    attempt,
    signal,
  });
  if (result.kind !== 'ok') return explainFailure(result);
  return finishWithOutput(deps, run, { output: result.output, log: result.log, stored: [], model });
}

function explainFailure(result: Exclude<PromptResult, { kind: 'ok' }>): RunEnd {
  const report = toReport(result.log);
  switch (result.kind) {
    case 'schema-failed': {
      const message =
        'The answer of the model does not fit the output schema, also after it was shown its errors.';
      const data = describeWrongOutput(result.text, result.errors);
      return failedRun(report, { reason: 'output-invalid', message, data });
    }
    case 'refused': {
      const message = 'The model refused the prompt.';
      return failedRun(report, {
        reason: 'model-refused',
        message,
        data: describeWrongOutput(result.text, []),
      });
    }
    case 'cut': {
      const message =
        'The answer of the model was cut at its limit of tokens: raise the maxTokens of the step.';
      return failedRun(report, { reason: 'answer-cut', message, data: describeWrongOutput(result.text, []) });
    }
    case 'error': {
      const { code: reason, message, retryable: isRetryable, retryAfterMs } = result.error;
      return failedRun(report, { reason, message, isRetryable, retryAfterMs });
    }
  }
}
