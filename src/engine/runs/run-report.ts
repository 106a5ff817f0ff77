import type { JsonObject } from '../../domain/json.ts';
import type { RunReport } from '../../domain/run-end.ts';
import { type RunLogEntry, sumUsage } from '../../domain/run-log.ts';

const maxEntries = 40;
const maxText = 1_000;
const maxErrors = 10;

/** What was called, as the task's log keeps it: bounded, in plain JSON, without prompts, answers and keys. */
export function toLogEntries(entries: readonly RunLogEntry[]): JsonObject[] {
  return entries.map((entry) => {
    const { at, error, ...rest } = entry;
    const cutError = error === null ? null : { ...error, message: cut(error.message) };
    const cutRest =
      rest.kind === 'tool'
        ? { ...rest, argumentsText: cut(rest.argumentsText) }
        : {
            ...rest,
            toolCalls: rest.toolCalls.slice(0, maxErrors).map(cut),
            schemaErrors: rest.schemaErrors
              .slice(0, maxErrors)
              .map(({ path, message }) => ({ path: cut(path), message: cut(message) })),
          };
    return { at: at.toISOString(), ...cutRest, error: cutError } as unknown as JsonObject;
  });
}

/** `stored`: what an earlier process had logged, and the newest come last. */
export function toReport(entries: readonly RunLogEntry[], stored: readonly JsonObject[] = []): RunReport {
  const own = sumUsage(entries);
  const earlier = stored.map(({ usage }) => usage);
  return {
    entries: [...stored, ...toLogEntries(entries)].slice(-maxEntries),
    usage: {
      promptTokens: own.promptTokens + sumOf(earlier, 'promptTokens'),
      completionTokens: own.completionTokens + sumOf(earlier, 'completionTokens'),
    },
  };
}

function sumOf(usages: readonly unknown[], field: string): number {
  return usages.reduce<number>((sum, usage) => {
    const value =
      typeof usage === 'object' && usage !== null ? (usage as Record<string, unknown>)[field] : undefined;
    return sum + (typeof value === 'number' ? value : 0);
  }, 0);
}

function cut(text: string): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.length <= maxText ? wellFormed : `${wellFormed.slice(0, maxText).toWellFormed()}…`;
}
