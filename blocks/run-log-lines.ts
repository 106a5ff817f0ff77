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

function modelLine(entry: JsonObject): string {
  const { usage, toolCalls, schemaErrors } = entry;
  const asked = Array.isArray(toolCalls) ? toolCalls.filter((name) => typeof name === 'string') : [];
  const wrong = Array.isArray(schemaErrors) ? schemaErrors.length : 0;
  const facts = [
    reasonOf(entry),
    pickedOf(entry['picked']),
    asked.length === 0 ? '' : `asked for ${asked.map((name) => `\`${inline(name)}\``).join(', ')}`,
    wrong === 0 ? '' : `did not fit its schema (${countWords(wrong, 'error')})`,
    isJsonObject(usage) ? tokensWords(usage) : '',
    seconds(entry['latencyMs']),
    errorOf(entry['error']),
  ].filter((fact) => fact !== '');
  const purpose = purposes[text(entry['purpose'])] ?? '';
  return `${iconOf(entry)} ${clip(inline(text(entry['model'])), 80)}${purpose}${attemptOf(entry)}: ${facts.join(' · ')}`;
}

function toolLine(entry: JsonObject): string {
  const { resultSizeBytes } = entry;
  const args = text(entry['argumentsText']);
  const shownArguments =
    args === '' || args === '{}' ? '' : ` \`${clip(inline(args).replaceAll('`', 'ˋ'), maxArguments)}\``;
  const size = typeof resultSizeBytes === 'number' && resultSizeBytes > 0 ? `${resultSizeBytes} bytes` : '';
  const outcome = text(entry['outcome']);
  const facts = [
    toolOutcomes[outcome] ?? inline(outcome),
    size,
    seconds(entry['latencyMs']),
    errorOf(entry['error']),
  ].filter((fact) => fact !== '');
  const name = `${inline(text(entry['server']))}/${inline(text(entry['tool']))}`;
  return `${iconOf(entry)} tool ${clip(name, 120)}${shownArguments}${attemptOf(entry)}: ${facts.join(' · ')}`;
}

function iconOf(entry: JsonObject): string {
  const { kind, error, outcome, schemaErrors } = entry;
  const fits =
    kind === 'tool' ? outcome === 'done' : !Array.isArray(schemaErrors) || schemaErrors.length === 0;
  return error === null && fits ? '•' : '⚠';
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
