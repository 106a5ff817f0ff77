import { isOnePerson } from '../../../domain/asks.ts';
import {
  type HumanStep,
  type Step,
  delegateEntry,
  escalate,
  outcomesOf,
  votesRequired,
} from '../../../domain/definition.ts';
import type { Finding, Severity } from '../../../domain/finding.ts';
import { findValue } from '../../../domain/satisfy/find-value.ts';
import { fitting, notFitting } from '../../../domain/satisfy/schema-literal.ts';
import { canonicalRecipient } from '../../../domain/recipient.ts';
import { findLeadingTo } from '../find-paths.ts';
import { type LintContext, type ReachedStep, type Rule, reachedSteps } from '../lint-context.ts';

type Human = HumanStep & Step;

/** Who may be asked at a step: the persons that it names, and whether there are others whom only a task knows. */
interface Electorate {
  persons: ReadonlySet<string>;
  /** Entries that may be anybody: templates, groups, channels. */
  open: readonly string[];
}

/** Every step that people decide has enough people who may decide it under its own exclusion rules. */
export const nobodyCanDecide: Rule = (context) =>
  reachedSteps(context).flatMap((reached) => {
    const { step } = reached;
    if (step.type !== 'HUMAN') return [];
    const { excludeStarter = false, excludePrevious = false } = step.policy ?? {};
    return excludeStarter || excludePrevious ? (checkStep(context, step, reached) ?? []) : [];
  });

function checkStep(context: LintContext, step: Human, reached: ReachedStep): Finding | null {
  const asked = electorateOf(step);
  if (asked.persons.size === 0 && asked.open.length === 0)
    return step.policy?.excludeStarter === true ? onlyTheStarter(context, step, reached) : null;
  const required = step.policy?.required ?? 1;
  const starter = step.policy?.excludeStarter === true ? 1 : 0;
  const earlier = step.policy?.excludePrevious === true ? excludedByVotes(context, step, asked) : noVotes;
  const left = asked.persons.size - starter;
  if (left - earlier.atMost >= required) return null;
  const isSure = asked.open.length === 0 && asked.persons.size - earlier.atLeast < required;
  const severity: Severity = isSure ? 'error' : asked.open.length > 0 ? 'undecided' : 'warning';
  return {
    rule: 'nobody-can-decide',
    severity,
    stepName: step.name,
    part: 'assignees',
    path: earlier.path ?? reached.path,
    message: explain(step, asked, severity, starter > 0, earlier),
    fix: 'Name more people who may decide it, somebody to escalate to, or loosen the exclusion.',
  };
}

function explain(
  step: Human,
  asked: Electorate,
  severity: Severity,
  excludesStarter: boolean,
  { names }: Votes,
): string {
  const rules = [
    ...(excludesStarter ? ['whoever started the task'] : []),
    ...(step.policy?.excludePrevious === true ? ['whoever decided an earlier step'] : []),
  ].join(' and ');
  const { required = 1 } = step.policy ?? {};
  const needed = required === 1 ? 'nobody' : `fewer than the ${required} who are needed`;
  const people = [...asked.persons].join(', ');
  if (severity === 'error')
    return `"${step.name}" excludes ${rules}: of ${people}, ${needed} can be left to decide it.`;
  if (severity === 'undecided') {
    const who = asked.open.map((entry) => `"${entry}"`).join(', ');
    return `"${step.name}" excludes ${rules}. Whether ${required === 1 ? 'anybody' : `${required} people`} can then decide it depends on who ${who} is.`;
  }
  const when = names.length > 0 ? `${names.join(', ')} decided before` : `one of them started the task`;
  return `"${step.name}" excludes ${rules}: when ${when}, of ${people} ${needed} is left to decide it.`;
}

/** Nobody is named, so the input "assignee" is asked, and without it whoever started the task. */
function onlyTheStarter({ graph }: LintContext, step: Human, { path }: ReachedStep): Finding | null {
  const { inputsSchema } = graph.definition;
  const given = { type: 'object', required: ['assignee'] };
  const without = findValue(
    [fitting(inputsSchema), fitting({ type: 'object' }), notFitting(given)],
    graph.budget,
  );
  const isCertain = without.kind === 'found';
  return {
    rule: 'nobody-can-decide',
    severity: isCertain ? 'error' : 'undecided',
    stepName: step.name,
    part: 'assignees',
    path,
    message: isCertain
      ? `"${step.name}" names nobody, so whoever started the task is asked, and its policy excludes exactly them.`
      : `"${step.name}" asks the input "assignee", and excludes whoever started the task: whether that is somebody else only a task shows.`,
    fix: 'Name who decides it in its assignees.',
  };
}

function electorateOf({ assignees = [], deadline }: HumanStep): Electorate {
  const escalateTo = deadline?.then === escalate ? (deadline.escalateTo ?? []) : [];
  const persons = new Set<string>();
  const open: string[] = [];
  for (const entry of assignees.length === 0 ? [] : [...assignees, ...escalateTo]) {
    for (const part of entry.includes('{{') ? [entry] : entry.split(',')) {
      const recipient = canonicalRecipient(part);
      if (!entry.includes('{{') && isOnePerson(recipient)) persons.add(recipient);
      else if (recipient !== delegateEntry) open.push(part.trim());
    }
  }
  return { persons, open };
}

/** How many of the persons have decided an earlier step: whatever everybody does, and at the worst. */
interface Votes {
  atLeast: number;
  atMost: number;
  /** Those of whom the worst case consists, at the most. */
  names: string[];
  path: ReachedStep['path'] | null;
}

const noVotes: Votes = { atLeast: 0, atMost: 0, names: [], path: null };

function excludedByVotes(context: LintContext, step: Human, asked: Electorate): Votes {
  const before = findLeadingTo(context.graph.edges, [step.name]);
  const affected = new Set<string>();
  let atLeast = 0;
  let votes = 0;
  for (const { step: earlier } of reachedSteps(context)) {
    if (earlier.type !== 'HUMAN' || earlier.name === step.name || !before.has(earlier.name)) continue;
    const voters = electorateOf(earlier);
    const shared = [...asked.persons].filter((person) => voters.persons.has(person));
    const cast = votesOnTheWay(context, earlier, before);
    votes += cast.most;
    // Who is in an open entry may be any of the persons.
    const reachable = voters.open.length > 0 ? [...asked.persons] : shared;
    for (const person of reachable) affected.add(person);
    const others = voters.open.length > 0 ? Infinity : voters.persons.size - shared.length;
    if (isOnEveryWay(context, earlier, step)) atLeast = Math.max(atLeast, cast.least - others);
  }
  const atMost = Math.min(affected.size, votes);
  return { atLeast: Math.max(0, atLeast), atMost, names: [...affected], path: null };
}

/** How many votes an earlier step takes on its way to the later one; a step that can be visited again takes any number. */
function votesOnTheWay(
  { graph }: LintContext,
  earlier: Human,
  before: ReadonlySet<string>,
): { least: number; most: number } {
  const onward = graph.edges.filter(({ from, to }) => from.name === earlier.name && before.has(to));
  const counts = onward.map(({ exit }) => {
    const outcome = outcomesOf(earlier).find(({ name }) => name === exit.outcome);
    return exit.by === 'person' && outcome !== undefined ? votesRequired(earlier, outcome) : 0;
  });
  const comesBack = findLeadingTo(graph.edges, [earlier.name]);
  const isRepeated = graph.edges.some(({ from, to }) => from.name === earlier.name && comesBack.has(to));
  // Who chose another outcome before enough chose this one has decided as well.
  const split = outcomesOf(earlier).reduce((sum, outcome) => sum + votesRequired(earlier, outcome) - 1, 1);
  const isDecided = counts.some((count) => count > 0);
  const most = isRepeated ? Infinity : isDecided ? split : 0;
  return { least: Math.min(...counts, Infinity), most };
}

/** True when no way leads to the step that does not pass the earlier one. */
function isOnEveryWay({ graph }: LintContext, earlier: Human, step: Human): boolean {
  const first = graph.definition.steps[0]?.name ?? '';
  if (first === earlier.name) return true;
  const around = graph.edges.filter(({ from }) => from.name !== earlier.name);
  return !findLeadingTo(around, [step.name]).has(first);
}
