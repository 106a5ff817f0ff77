import type { JsonValue } from '../domain/json.ts';

/** What models that think aloud write before their answer. */
const thinking = /^\s*<think>[\s\S]*?<\/think>/;
const fence = /```(?:json|JSON)?[ \t]*\r?\n([\s\S]*?)\r?\n?[ \t]*```/g;

/**
 * The JSON value in an answer: the whole text, or the only fenced block that is JSON, or what stands
 * between the first and the last bracket. `undefined` when there is none.
 */
export function parseJsonAnswer(text: string): JsonValue | undefined {
  const answer = text.replace(thinking, '').trim();
  const whole = parse(answer);
  if (whole !== undefined) return whole;
  const fenced = [...answer.matchAll(fence)].flatMap(([, body = '']) => parse(body.trim()) ?? []);
  if (fenced.length > 0) return fenced.length === 1 ? fenced[0] : undefined;
  const start = answer.search(/[[{]/);
  const end = Math.max(answer.lastIndexOf('}'), answer.lastIndexOf(']'));
  return start === -1 || end <= start ? undefined : parse(answer.slice(start, end + 1));
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
