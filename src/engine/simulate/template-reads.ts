import { type Definition, type Step, isAskStep } from '../../domain/definition.ts';
import { type JsonValue, isJsonObject } from '../../domain/json.ts';
import { templatePaths } from '../../domain/template-syntax.ts';

/** What the templates of a workflow read from a task's context, by what it decides. */
export interface TemplateReads {
  /** Paths whose values decide who is asked, or until when is waited. */
  decisive: string[];
  /** Paths of which it only matters whether they are there, and of what kind. */
  shown: string[];
  /** Paths that name people, and paths that give a time. */
  people: Set<string>;
  times: Set<string>;
}

export function readTemplates(definition: Definition): TemplateReads {
  const people = new Set<string>();
  const times = new Set<string>();
  const others = new Set<string>();
  const shown = new Set<string>();
  for (const step of definition.steps) {
    for (const text of recipientTemplates(step)) add(people, text);
    if (step.type === 'WAIT') add(times, step.until ?? '');
    if (step.type === 'HUMAN') for (const text of Object.values(step.prefill ?? {})) add(others, text);
    for (const text of textsIn((step.inputsTemplate ?? {}) as JsonValue)) add(shown, text);
  }
  // Who is asked when a step names nobody.
  people.add('inputs.assignee');
  return {
    decisive: [...new Set([...people, 'inputs.assignee.email', ...times, ...others])],
    shown: [...shown],
    people,
    times,
  };
}

function recipientTemplates(step: Step): string[] {
  if (step.type === 'AGENT') return step.approvers ?? [];
  if (!isAskStep(step)) return [];
  const single = step.type === 'USER_MESSAGE' && step.assignee !== undefined ? [step.assignee] : [];
  return [...single, ...(step.assignees ?? []), ...(step.deadline?.escalateTo ?? [])];
}

function textsIn(value: JsonValue): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isJsonObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

function add(paths: Set<string>, text: string): void {
  for (const path of templatePaths(text)) paths.add(path);
}
