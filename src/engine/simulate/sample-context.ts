import type { Definition } from '../../domain/definition.ts';
import { type JsonObject, isJsonObject } from '../../domain/json.ts';
import { parseRecipient } from '../../domain/recipient.ts';
import { type Hint, sampleValues } from '../../domain/sample-values.ts';
import type { TemplateReads } from './template-reads.ts';

/** Far enough ahead that a wait for it is a wait, and near enough that the task lives to see it. */
const aheadMs = 3 * 86_400_000;

/** Values for the places of the context that have to make sense: who is asked, and until when is waited. */
export function hintsFor(reads: TemplateReads, under: readonly string[], startAt: Date): Hint {
  const time = new Date(startAt.getTime() + aheadMs).toISOString();
  return (path) => {
    const full = [...under, ...path].join('.');
    if (reads.times.has(full)) return time;
    const last = path.at(-1) ?? 'somebody';
    return reads.people.has(full)
      ? `${last.toLowerCase().replace(/[^a-z0-9]/g, '') || 'somebody'}@example.com`
      : undefined;
  };
}

/**
 * Inputs to start with: everything filled in, and only what is required. Where one of those that name people
 * fits nobody, it is replaced by somebody who can be asked.
 */
export function sampleInputs(definition: Definition, reads: TemplateReads, startAt: Date): JsonObject[] {
  const hint = hintsFor(reads, ['inputs'], startAt);
  const conditions = [readInputs(reads)];
  const all = sampleValues({ schema: definition.inputsSchema, conditions, hint }).filter(isJsonObject);
  const usable = all.filter((inputs) => namesPeople(inputs, reads, ['inputs']));
  const candidates = usable.length > 0 ? usable : all;
  const bySize = candidates.toSorted((left, right) => countFields(right) - countFields(left));
  const [full] = bySize;
  const least = bySize.at(-1);
  if (full === undefined || least === undefined) return [];
  return countFields(full) === countFields(least) ? [full] : [full, least];
}

/** What the templates read of the inputs, as a schema: the inputs schema need not list everything. */
function readInputs({ decisive, shown }: TemplateReads): JsonObject {
  const schema: JsonObject = { type: 'object' };
  for (const path of [...decisive, ...shown]) {
    const [first, ...names] = path.split('.');
    if (first !== 'inputs' || path === 'inputs.assignee.email') continue;
    let node = schema;
    for (const name of names) {
      const properties = isJsonObject(node['properties']) ? node['properties'] : {};
      const child = isJsonObject(properties[name]) ? properties[name] : {};
      node['type'] = 'object';
      node['properties'] = { ...properties, [name]: child };
      node = child;
    }
  }
  return schema;
}

function namesPeople(value: JsonObject, reads: TemplateReads, under: string[]): boolean {
  return Object.entries(value).every(([key, item]) => {
    const path = [...under, key];
    if (isJsonObject(item)) return namesPeople(item, reads, path);
    if (!reads.people.has(path.join('.')) || typeof item !== 'string') return true;
    return item.split(',').every((text) => parseRecipient(text) !== null);
  });
}

function countFields(value: JsonObject): number {
  return Object.values(value).reduce<number>(
    (count, item) => count + 1 + (isJsonObject(item) ? countFields(item) : 0),
    0,
  );
}
