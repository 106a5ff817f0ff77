import type { StepInput } from '../../domain/definition.ts';
import { type JsonObject, isJsonObject } from '../../domain/json.ts';
import { stepKindWord } from '../../domain/workflow-words.ts';
import type { DefinitionFile } from './definition-file.ts';

/** One difference, for people and for programs. */
export interface DefinitionChange {
  /** Where: `name`, `inputsSchema/amount`, `steps/tell/handoffs`. Steps and inputs stand under their names. */
  path: string;
  kind: 'added' | 'removed' | 'changed' | 'moved';
  /** One plain sentence without markup; texts in it are cut. */
  text: string;
}

const maxShownLength = 80;

/**
 * What has to be done to the one to get the other; empty when they are the same. Steps are told apart by
 * name, so a renamed step is one that was removed and one that was added.
 */
export function diffDefinitions(before: DefinitionFile, after: DefinitionFile): DefinitionChange[] {
  return [
    ...diffFields(before, after, ['name', 'description', 'postTo'], '', 'The workflow'),
    ...diffInputs(before.inputsSchema as JsonObject, after.inputsSchema as JsonObject),
    ...diffSteps(before.steps, after.steps),
    ...diffScenarios(before.scenarios, after.scenarios),
  ];
}

/** A file that says nothing of scenarios leaves them as they are. */
function diffScenarios(
  before: DefinitionFile['scenarios'] = [],
  after: DefinitionFile['scenarios'] = before,
): DefinitionChange[] {
  const byName = (scenarios: typeof before): JsonObject =>
    Object.fromEntries(scenarios.map(({ name, ...rest }) => [name, rest as unknown as JsonObject]));
  return diffMembers(byName(before), byName(after), 'scenarios', 'The scenario');
}

function diffInputs(before: JsonObject, after: JsonObject): DefinitionChange[] {
  const { properties: earlier, ...rest } = before;
  const { properties: later, ...otherRest } = after;
  const changes = diffMembers(asObject(earlier), asObject(later), 'inputsSchema', 'The input');
  const fields = [...new Set([...Object.keys(rest), ...Object.keys(otherRest)])];
  return [...changes, ...diffFields(rest, otherRest, fields, 'inputsSchema/', 'The schema of the inputs')];
}

function diffMembers(before: JsonObject, after: JsonObject, path: string, what: string): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const at = `${path}/${name}`;
    if (!Object.hasOwn(before, name))
      changes.push({ path: at, kind: 'added', text: `${what} "${name}" is added.` });
    else if (!Object.hasOwn(after, name))
      changes.push({ path: at, kind: 'removed', text: `${what} "${name}" is removed.` });
    else if (differs(before[name], after[name])) {
      const text = `${what} "${name}" is ${show(after[name])} instead of ${show(before[name])}.`;
      changes.push({ path: at, kind: 'changed', text });
    }
  }
  return changes;
}

function diffSteps(before: readonly StepInput[], after: readonly StepInput[]): DefinitionChange[] {
  const changes: DefinitionChange[] = [];
  for (const { name, type } of before) {
    if (after.some((step) => step.name === name)) continue;
    changes.push({
      path: `steps/${name}`,
      kind: 'removed',
      text: `The step "${name}" (${stepKindWord(type).toLowerCase()}) is removed.`,
    });
  }
  for (const step of after) {
    const { name } = step;
    const earlier = before.find((candidate) => candidate.name === name);
    if (earlier === undefined) {
      changes.push({
        path: `steps/${name}`,
        kind: 'added',
        text: `The step "${name}" (${stepKindWord(step.type).toLowerCase()}) is added.`,
      });
      continue;
    }
    const fields = [...new Set([...Object.keys(earlier), ...Object.keys(step)])].filter(
      (field) => field !== 'id',
    );
    changes.push(...diffFields(earlier, step, fields, `steps/${name}/`, `The step "${name}"`));
  }
  const kept = before.map(({ name }) => name).filter((name) => after.some((step) => step.name === name));
  const now = after.map(({ name }) => name).filter((name) => kept.includes(name));
  if (differs(kept, now)) {
    const text = `The steps stand in another order: ${after.map(({ name }) => name).join(', ')}.`;
    changes.push({ path: 'steps', kind: 'moved', text });
  }
  return changes;
}

/** What differs in objects is named alone, as `deadline.after`. */
function diffFields(
  before: object,
  after: object,
  fields: readonly string[],
  path: string,
  what: string,
): DefinitionChange[] {
  const earlier = before as Record<string, unknown>;
  const later = after as Record<string, unknown>;
  return fields.flatMap((field): DefinitionChange[] => {
    if (!differs(earlier[field], later[field])) return [];
    const at = `${path}${field}`;
    return diffValue(earlier[field], later[field], at, { what, name: field });
  });
}

function diffValue(
  before: unknown,
  after: unknown,
  path: string,
  { what, name }: { what: string; name: string },
): DefinitionChange[] {
  if (before === undefined) return [{ path, kind: 'added', text: `${what} gets ${name}: ${show(after)}.` }];
  if (after === undefined)
    return [{ path, kind: 'removed', text: `${what} loses ${name}: ${show(before)}.` }];
  if (isJsonObject(before) && isJsonObject(after)) {
    const inside = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differs(before[key], after[key])
        ? diffValue(before[key], after[key], `${path}/${key}`, { what, name: `${name}.${key}` })
        : [],
    );
    // Nothing but the order of its keys differs.
    if (inside.length > 0) return inside;
  }
  const text = `${what} has ${name} ${show(after)} instead of ${show(before)}.`;
  return [{ path, kind: 'changed', text }];
}

function asObject(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The order of keys counts: forms show the fields of a schema in its order. */
function differs(before: unknown, after: unknown): boolean {
  return JSON.stringify(before) !== JSON.stringify(after);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > maxShownLength ? `${text.slice(0, maxShownLength - 1)}…` : text;
}
