import {
  type Definition,
  type Step,
  complete,
  defaultMaxVisits,
  escalate,
  findStepByName,
  isRunStep,
} from '../../domain/definition.ts';
import { durationMs } from '../../domain/duration.ts';
import type { Exploration, Way } from '../../domain/exploration.ts';
import { retryDelayMs, retryPolicyOf } from '../../domain/step-run.ts';

const minuteMs = 60_000;
const defaultTimeoutMs = { PROMPT: 10 * minuteMs, TOOL: 10 * minuteMs, AGENT: 30 * minuteMs } as const;

/**
 * How long a task can take at most, over the ways that were taken: each step as long as its deadline, its wait or
 * its attempts allow, steps in a circle as often as they may be visited. An upper bound; exact where there is no circle.
 */
export function longestTime(definition: Definition, taken: readonly Way[]): Exploration['longest'] {
  const [first] = definition.steps;
  if (first === undefined) return { ms: 0, because: 'it has no steps' };
  const next = new Map<string, Set<string>>();
  for (const { step, to } of taken) {
    if (to !== complete) next.set(step, (next.get(step) ?? new Set()).add(to));
  }
  const reached = reachable(first.name, next);
  for (const name of reached) {
    const step = findStepByName(definition, name);
    const endless = step === undefined ? null : whyEndless(step);
    if (endless !== null) return { ms: null, because: endless };
  }
  const groups = circles([...reached], next);
  const longest = new Map<ReadonlySet<string>, number>();
  const ms = longestFrom(groupOf(groups, first.name));
  const repeats = groups.some((group) => group.size > 1 || isOwnNext(group));
  const agents = [...reached].some((name) => findStepByName(definition, name)?.type === 'AGENT');
  const because = [
    'every deadline, wait and attempt at its longest',
    ...(repeats ? ['each circle as often as its steps may be visited'] : []),
    ...(agents ? ['not counting how long people take to allow an agent’s calls'] : []),
  ].join(', ');
  return { ms, because };

  function longestFrom(group: ReadonlySet<string>): number {
    const known = longest.get(group);
    if (known !== undefined) return known;
    const isCircle = group.size > 1 || isOwnNext(group);
    const own = [...group].reduce((sum, name) => {
      const step = findStepByName(definition, name);
      if (step === undefined) return sum;
      return sum + longestVisitMs(step) * (isCircle ? (step.maxVisits ?? defaultMaxVisits) : 1);
    }, 0);
    const after = [...group]
      .flatMap((name) => [...(next.get(name) ?? [])])
      .filter((name) => !group.has(name));
    const rest = Math.max(0, ...after.map((name) => longestFrom(groupOf(groups, name))));
    longest.set(group, own + rest);
    return own + rest;
  }

  function isOwnNext(group: ReadonlySet<string>): boolean {
    return [...group].some((name) => next.get(name)?.has(name) === true);
  }
}

function whyEndless(step: Step): string | null {
  if (isRunStep(step)) return null;
  if (step.type === 'WAIT') {
    if (step.signal !== undefined) return `"${step.name}" waits for a signal, and it may never come`;
    return step.until === undefined
      ? null
      : `"${step.name}" waits until a time that is only known in the task`;
  }
  if (step.deadline === undefined) return `"${step.name}" has no deadline`;
  return step.deadline.then === escalate
    ? `"${step.name}" asks others when its deadline passes, and then waits for them without one`
    : null;
}

function longestVisitMs(step: Step): number {
  if (isRunStep(step)) {
    const { maxAttempts } = retryPolicyOf(step.retry);
    const attemptMs = step.timeoutMs ?? defaultTimeoutMs[step.type];
    const delays = Array.from({ length: maxAttempts - 1 }, (_none, index) =>
      retryDelayMs(step.retry, index + 1, null),
    );
    return maxAttempts * attemptMs + delays.reduce((sum, ms) => sum + ms, 0);
  }
  if (step.type === 'WAIT') return step.for === undefined ? 0 : durationMs(step.for);
  return step.deadline === undefined ? 0 : durationMs(step.deadline.after);
}

function reachable(first: string, next: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const reached = new Set([first]);
  for (const name of reached) for (const to of next.get(name) ?? []) reached.add(to);
  return reached;
}

/** Steps that can be reached from each other, together; each other step by itself. */
function circles(names: readonly string[], next: ReadonlyMap<string, ReadonlySet<string>>): Set<string>[] {
  const from = new Map(names.map((name) => [name, reachable(name, next)]));
  const groups: Set<string>[] = [];
  for (const name of names) {
    if (groups.some((group) => group.has(name))) continue;
    groups.push(
      new Set(
        names.filter(
          (other) =>
            other === name || (from.get(name)?.has(other) === true && from.get(other)?.has(name) === true),
        ),
      ),
    );
  }
  return groups;
}

function groupOf(groups: readonly Set<string>[], name: string): Set<string> {
  return groups.find((group) => group.has(name)) ?? new Set([name]);
}
