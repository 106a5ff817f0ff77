import { type JsonObject, type JsonValue, assertStorableJson } from '../../domain/json.ts';
import type { RunEnd } from '../../domain/run-end.ts';
import type { RunLogEntry } from '../../domain/run-log.ts';
import { ValidationError } from '../../errors.ts';
import { type ClaimedRun, failedRun } from './claimed-run.ts';
import { pickOutcome } from './pick-outcome.ts';
import type { RunDeps } from './run-deps.ts';
import type { Model } from './run-plan.ts';
import { toReport } from './run-report.ts';

/** Ends a run with its output, once it is found out where free text leads. */
export async function finishWithOutput(
  deps: Pick<RunDeps, 'runs'>,
  { step, attempt, signal }: ClaimedRun,
  ended: {
    output: JsonValue;
    log: readonly RunLogEntry[];
    stored: readonly JsonObject[];
    model: Model | null;
  },
): Promise<RunEnd> {
  const output = typeof ended.output === 'string' ? ended.output.toWellFormed() : ended.output;
  try {
    assertStorableJson(output, 'output');
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    const report = toReport(ended.log, ended.stored);
    return failedRun(report, { reason: 'output-not-storable', message: error.message });
  }
  const picked = await pickOutcome(deps, step, output, { model: ended.model, attempt, signal });
  const report = toReport([...ended.log, ...picked.log], ended.stored);
  if (picked.kind === 'error') {
    const { code: reason, message, retryable: isRetryable, retryAfterMs } = picked.error;
    return failedRun(report, { reason, message, isRetryable, retryAfterMs });
  }
  return { kind: 'done', output, outcome: picked.outcome, facts: picked.facts, report };
}
