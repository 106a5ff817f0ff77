import type { StepExecution } from '../src/domain/execution.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/domain/json.ts';
import { clip, inline } from './escape.ts';

/** Who or what did the run: "the agent Checker", "gpt-4o (default)", "the tool get-sum of everything"; in mrkdwn. */
export function describeHandler({ type, run }: StepExecution): string {
  const handler = clip(inline(run?.handler ?? ''), 120);
  const models = modelsOf(run?.log ?? []);
  switch (type) {
    case 'AGENT':
      return [`the agent ${handler}`.trim(), models === '' ? '' : ` with ${models}`].join('');
    case 'TOOL':
      return `the tool ${handler}`.trim();
    default:
      return models || handler || 'a model';
  }
}

/** "2 calls, 311 + 20 tokens, 1.4 s"; '' when nothing was called. */
export function summariseRun({ run }: StepExecution): string {
  if (run === null) return '';
  const { log, usage, attempt } = run;
  const ms = log.reduce((sum, { latencyMs }) => sum + (typeof latencyMs === 'number' ? latencyMs : 0), 0);
  return [
    attempt > 1 ? countWords(attempt, 'attempt') : '',
    log.length > 0 ? countWords(log.length, 'call') : '',
    tokensWords({ ...usage }),
    seconds(ms),
  ]
    .filter((fact) => fact !== '')
    .join(', ');
}

/** "311 + 20 tokens": prompt and answer; '' when there were none. */
export function tokensWords({ promptTokens, completionTokens }: JsonObject): string {
  if (typeof promptTokens !== 'number' || typeof completionTokens !== 'number') return '';
  if (promptTokens + completionTokens === 0) return '';
  return `${promptTokens} + ${completionTokens} tokens`;
}

export function seconds(ms: JsonValue | undefined): string {
  if (typeof ms !== 'number' || ms <= 0) return '';
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

export function countWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function modelsOf(log: readonly JsonObject[]): string {
  const names = log.flatMap(({ provider, model }) =>
    typeof provider === 'string' && typeof model === 'string' ? [`${model} (${provider})`] : [],
  );
  return [...new Set(names)]
    .slice(0, 3)
    .map((name) => clip(inline(name), 120))
    .join(', ');
}

/** What was wrong with the last answer, as the failure keeps it. */
export function wrongAnswer(stepExecution: StepExecution): { answer: string; errors: string[] } | null {
  const { answer, errors } = stepExecution.failure?.data ?? {};
  const lines = (Array.isArray(errors) ? errors : []).filter(isJsonObject).map(({ path, message }) => {
    const where = typeof path === 'string' && path !== '' ? `\`${inline(path)}\` ` : '';
    return `• ${where}${inline(typeof message === 'string' ? message : '')}`;
  });
  const shown = typeof answer === 'string' ? answer : '';
  return shown === '' && lines.length === 0 ? null : { answer: shown, errors: lines };
}
