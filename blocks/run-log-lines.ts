import { isJsonObject, type JsonObject, type JsonValue } from '../src/domain/json.ts';
import { clip, inline } from './escape.ts';
import type { Line } from './fit-lines.ts';
import { countWords, seconds, tokensWords } from './run-words.ts';

const maxArguments = 300;
const maxError = 300;
const maxReason = 300;

const purposes: Record<string, string> = {
  answer: '',
  repair: ' (shown its errors)',
  'pick-condition': ' (which route it means)',
};

const toolOutcomes: Record<string, string> = {
  done: 'done',
  'tool-error': 'the tool says that it failed',
  'refused-arguments': 'not called, its arguments do not fit',
  'not-allowed': 'not called, the agent may not use it',
  rejected: 'not called, a person refused it',
  unknown: 'begun, and nobody knows whether it was done',
  failed: 'failed',
};

/** Each call of a model or a tool, oldest first: what was called, what came back, how long it took, what went wrong. */
export function runLogLines(log: readonly JsonObject[]): Line[] {
  return log.map((entry) => {
    const line = entry['kind'] === 'tool' ? toolLine(entry) : modelLine(entry);
    return { full: line, short: clip(line, 120) };
  });
}

/** One call, as a row of a table that has its time, tokens and attempt beside it; in mrkdwn. */
export interface CallWords {
  what: string;
  result: string;
  /** False when it failed, was not made, or did not bring what it was to. */
  isFine: boolean;
}

export function callWords(entry: JsonObject): CallWords {
  const isTool = entry['kind'] === 'tool';
  const facts = [...(isTool ? toolFacts(entry) : modelFacts(entry)), errorOf(entry['error'])];
  return {
    what: isTool
      ? `${toolName(entry)}${shownArguments(entry)}`
      : `${modelName(entry)} (${clip(inline(text(entry['provider'])), 80)})${purposeOf(entry)}`,
    result: facts.filter((fact) => fact !== '').join(' · '),
    isFine: isFine(entry),
  };
}

function modelLine(entry: JsonObject): string {
  const { usage } = entry;
  const facts = [
    ...modelFacts(entry),
    isJsonObject(usage) ? tokensWords(usage) : '',
    seconds(entry['latencyMs']),
    errorOf(entry['error']),
  ].filter((fact) => fact !== '');
  return `${iconOf(entry)} ${modelName(entry)}${purposeOf(entry)}${attemptOf(entry)}: ${facts.join(' · ')}`;
}

function modelFacts(entry: JsonObject): string[] {
  const { toolCalls, schemaErrors } = entry;
  const asked = Array.isArray(toolCalls) ? toolCalls.filter((name) => typeof name === 'string') : [];
  const wrong = Array.isArray(schemaErrors) ? schemaErrors.length : 0;
  return [
    reasonOf(entry),
    pickedOf(entry['picked']),
    asked.length === 0 ? '' : `asked for ${asked.map((name) => `\`${inline(name)}\``).join(', ')}`,
    wrong === 0 ? '' : `did not fit its schema (${countWords(wrong, 'error')})`,
  ];
}

function modelName(entry: JsonObject): string {
  return clip(inline(text(entry['model'])), 80);
}

function purposeOf(entry: JsonObject): string {
  return purposes[text(entry['purpose'])] ?? '';
}

function toolLine(entry: JsonObject): string {
  const facts = [...toolFacts(entry), seconds(entry['latencyMs']), errorOf(entry['error'])].filter(
    (fact) => fact !== '',
  );
  return `${iconOf(entry)} tool ${toolName(entry)}${shownArguments(entry)}${attemptOf(entry)}: ${facts.join(' · ')}`;
}

function toolFacts({ resultSizeBytes, ...entry }: JsonObject): string[] {
  const size = typeof resultSizeBytes === 'number' && resultSizeBytes > 0 ? `${resultSizeBytes} bytes` : '';
  const outcome = text(entry['outcome']);
  return [toolOutcomes[outcome] ?? inline(outcome), size];
}

function toolName(entry: JsonObject): string {
  return clip(`${inline(text(entry['server']))}/${inline(text(entry['tool']))}`, 120);
}

function shownArguments(entry: JsonObject): string {
  const args = text(entry['argumentsText']);
  return args === '' || args === '{}' ? '' : ` \`${clip(inline(args).replaceAll('`', 'ˋ'), maxArguments)}\``;
}

function iconOf(entry: JsonObject): string {
  return isFine(entry) ? '•' : '⚠';
}

function isFine({ kind, error, outcome, schemaErrors }: JsonObject): boolean {
  if (error !== null) return false;
  if (kind === 'tool') return outcome === 'done';
  return !Array.isArray(schemaErrors) || schemaErrors.length === 0;
}

function attemptOf({ attempt }: JsonObject): string {
  return typeof attempt === 'number' && attempt > 1 ? `, attempt ${attempt}` : '';
}

function reasonOf({ finishReason }: JsonObject): string {
  return typeof finishReason === 'string' ? `ended with ${inline(finishReason)}` : '';
}

/** Which route a text means, and why. */
function pickedOf(picked: JsonValue | undefined): string {
  if (!isJsonObject(picked)) return '';
  const why = clip(inline(text(picked['reason'])), maxReason);
  return `“${clip(inline(text(picked['condition'])), 75)}”, because: ${why}`;
}

function errorOf(error: JsonValue | undefined): string {
  return isJsonObject(error) ? clip(inline(text(error['message'])), maxError) : '';
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
