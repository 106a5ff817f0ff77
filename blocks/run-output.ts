import { taskRef } from '../src/domain/ids.ts';
import { isJsonObject, type JsonValue } from '../src/domain/json.ts';
import { hideSecrets, masked } from '../src/domain/secret-values.ts';
import { section } from './elements.ts';
import { clip, escapeMrkdwn, inline } from './escape.ts';
import { fieldLabel, isSecret } from './inputs-summary.ts';
import { type MarkdownBlocks, markdownBlocks } from './markdown/markdown-blocks.ts';
import { fence } from './markdown/pieces.ts';
import type { Visit } from './task-view.ts';

const max = { chars: 6_000, blocks: 12 };
const maxFields = 12;
const maxTextLength = 2_800;
const maxValueLength = 500;

/** What a model or a tool has handed on: text as Markdown, fields as a list, all else as JSON. */
export function outputBlocks({ stepExecution, step }: Visit): MarkdownBlocks {
  const { output } = stepExecution;
  if (output === null) return { blocks: [], isWhole: true };
  if (typeof output === 'string') {
    return stepExecution.type === 'TOOL' ? textBlocks(output) : markdownBlocks(output, max);
  }
  return fieldBlocks(output, step?.outputSchema) ?? textBlocks(JSON.stringify(hideSecrets(output), null, 2));
}

/** The same whole, as a file: its name and its text. */
export function outputFile(executionId: string, { stepExecution }: Visit): { name: string; text: string } {
  const { output, stepName, visit } = stepExecution;
  const base = `${stepName.replace(/[^\w-]+/g, '-')}-${taskRef(executionId)}${visit > 1 ? `-${visit}` : ''}`;
  if (typeof output !== 'string')
    return { name: `${base}.json`, text: JSON.stringify(hideSecrets(output), null, 2) };
  return { name: `${base}.${stepExecution.type === 'TOOL' ? 'txt' : 'md'}`, text: output };
}

/** Short values only; null when it takes more than a list. */
function fieldBlocks(output: JsonValue, schema: JsonValue | undefined): MarkdownBlocks | null {
  if (!isJsonObject(output)) return null;
  const entries = Object.entries(output);
  if (entries.length === 0 || entries.length > maxFields) return null;
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {};
  const lines: string[] = [];
  for (const [name, value] of entries) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const text = isSecret(name, property) ? masked : plainValue(value);
    if (text === null || text.length > maxValueLength) return null;
    lines.push(`• *${inline(fieldLabel(name, property)).replaceAll('*', '∗')}:* ${inline(text) || '–'}`);
  }
  const text = lines.join('\n');
  return text.length > 2_900 ? null : { blocks: [section(text)], isWhole: true };
}

function plainValue(value: JsonValue): string | null {
  if (value === null) return 'none';
  if (Array.isArray(value)) {
    const texts = value.map((item) => (typeof item === 'object' ? null : String(item)));
    return texts.every((text) => text !== null) ? texts.join(', ') : null;
  }
  return typeof value === 'object' ? null : String(value);
}

function textBlocks(text: string): MarkdownBlocks {
  const escaped = escapeMrkdwn(text.trim()).replaceAll('```', 'ˋˋˋ');
  const shown = clip(escaped, maxTextLength);
  return { blocks: shown === '' ? [] : [section(fence(shown))], isWhole: shown === escaped };
}
