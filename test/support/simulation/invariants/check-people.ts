import type { HumanStep, Step } from '../../../../src/domain/definition.ts';
import { isRefusal } from '../../../../src/domain/definition.ts';
import type { ExecutionEvent } from '../../../../src/domain/event.ts';
import { isJsonObject } from '../../../../src/domain/json.ts';
import type { World } from '../world.ts';
import { type Evidence, definitionAt } from './evidence.ts';

const ends = new Set<string>([
  'WORKFLOW_STEP_EXECUTION_COMPLETED',
  'WORKFLOW_STEP_EXECUTION_FAILED',
  'WORKFLOW_STEP_EXECUTION_CANCELLED',
]);

/** What the log says of a step execution that people decide. */
interface Poll {
  step: HumanStep;
  open: Set<string>;
  /** The outcome that each person chose last. */
  votes: Map<string, string>;
}

/**
 * Nobody votes who is not asked, has lost the ask, or is excluded; nobody excluded is ever asked; and a
 * decision has the votes that it needs: worked out from the log alone.
 */
export function checkPeople(world: World, { id, entries, log }: Evidence): string[] {
  const starter = userOf(log[0]);
  const polls: Poll[] = [];
  let poll: Poll | null = null;
  const problems: string[] = [];
  for (const event of log) {
    const { steps } = definitionAt(world, entries, event);
    if (event.type === 'WORKFLOW_EXECUTION_MOVED' && poll !== null) {
      follow(event, poll, steps);
      const problem = checkMoved(poll, textsIn(event.data['excluded']), excludedFrom(poll, polls, starter));
      if (problem !== null) problems.push(`${id}: ${event.type} ${event.seq} ${problem}`);
      continue;
    }
    const step = steps.find((candidate) => candidate.id === event.stepId);
    if (event.type === 'WORKFLOW_STEP_EXECUTION_STARTED') {
      poll = beginPoll(step, event);
      if (poll !== null) polls.push(poll);
    }
    if (poll === null || step?.id !== poll.step.id) continue;
    const excluded = excludedFrom(poll, polls, starter);
    const problem = checkEvent(event, poll, excluded);
    if (problem !== null) problems.push(`${id}: ${event.type} ${event.seq} ${problem}`);
    follow(event, poll, steps);
    if (ends.has(event.type)) poll = null;
  }
  return [...problems, ...checkKeptVotes(id, entries)];
}

/** Every vote that counts is that of somebody who is still asked. */
function checkKeptVotes(id: string, entries: Evidence['entries']): string[] {
  return entries.flatMap(({ state }) => {
    const current = state.stack.at(-1);
    if (current?.status !== 'STARTED') return [];
    const lost = current.votes.filter(
      ({ recipients }) => !recipients.some((recipient) => current.assignees.includes(recipient)),
    );
    return lost.map(({ at }) => `${id}: v ${state.v} counts a vote of ${at.toISOString()} that lost its ask`);
  });
}

/**
 * Whom the new revision excludes is asked no more, and none of their votes counts; and nobody else lost their ask.
 *
 * @param told whom the event says to be excluded
 */
function checkMoved(
  { open, votes }: Poll,
  told: readonly string[],
  excluded: ReadonlySet<string>,
): string | null {
  const wrong = told.find((one) => !excluded.has(userIdOf(one)));
  if (wrong !== undefined) return `excludes ${wrong}, whom no rule excludes`;
  if ([...votes.keys()].some((voter) => excluded.has(voter))) return 'keeps the vote of who is excluded';
  return [...open].some((one) => excluded.has(one)) ? 'keeps asking who is excluded' : null;
}

function beginPoll(step: Step | undefined, { data }: ExecutionEvent): Poll | null {
  if (step?.type !== 'HUMAN') return null;
  return { step, open: new Set(textsIn(data['assignees'])), votes: new Map() };
}

function excludedFrom({ step }: Poll, polls: readonly Poll[], starter: string | null): Set<string> {
  const previous = polls
    .filter((other) => other.step.id !== step.id)
    .flatMap(({ votes }) => [...votes.keys()]);
  return new Set([
    ...(step.policy?.excludeStarter === true && starter !== null ? [starter] : []),
    ...(step.policy?.excludePrevious === true ? previous : []),
  ]);
}

function checkEvent(event: ExecutionEvent, poll: Poll, excluded: ReadonlySet<string>): string | null {
  const { data, actor } = event;
  switch (event.type) {
    case 'WORKFLOW_STEP_EXECUTION_STARTED':
      return textsIn(data['assignees']).some((one) => excluded.has(one)) ? 'asks who is excluded' : null;
    case 'WORKFLOW_STEP_EXECUTION_REASSIGNED':
      return textsIn(data['asked']).some((one) => excluded.has(one)) ? 'asks who is excluded' : null;
    case 'WORKFLOW_STEP_EXECUTION_ESCALATED':
      return textsIn(data['to']).some((one) => excluded.has(one)) ? 'asks who is excluded' : null;
    case 'WORKFLOW_STEP_EXECUTION_DECIDED': {
      const voter = userOf(event) ?? 'nobody';
      if (excluded.has(voter)) return `is the vote of ${voter}, who is excluded`;
      return [...poll.open].map(userIdOf).includes(voter)
        ? null
        : `is the vote of ${voter}, who is not asked`;
    }
    case 'WORKFLOW_STEP_EXECUTION_COMPLETED':
      return actor.kind === 'person' ? checkQuorum(poll, outcomeOf(event)) : null;
    default:
      return null;
  }
}

function checkQuorum({ step, votes }: Poll, outcome: string): string | null {
  const given = [...votes.values()].filter((vote) => vote === outcome).length;
  const { required = 1, rejectionsRequired = 1 } = step.policy ?? {};
  const needed = isRefusal(step, outcome) ? rejectionsRequired : required;
  return given < needed ? `has ${given} votes of ${needed}` : null;
}

function follow(event: ExecutionEvent, poll: Poll, steps: readonly Step[]): void {
  const { open, votes } = poll;
  const { data } = event;
  switch (event.type) {
    case 'WORKFLOW_EXECUTION_MOVED': {
      const step = steps.find(({ id }) => id === poll.step.id);
      if (step?.type === 'HUMAN') poll.step = step;
      change(open, data['excluded'], []);
      return;
    }
    case 'WORKFLOW_STEP_EXECUTION_DECIDED':
      votes.set(userOf(event) ?? '', outcomeOf(event));
      break;
    case 'WORKFLOW_STEP_EXECUTION_REASSIGNED':
      change(open, data['from'], data['asked']);
      break;
    case 'WORKFLOW_STEP_EXECUTION_ESCALATED':
      change(open, data['closed'], data['to']);
      break;
    default:
      return;
  }
  for (const voter of droppedIn(data)) votes.delete(voter);
}

function change(open: Set<string>, away: unknown, asked: unknown): void {
  for (const one of textsIn(away)) open.delete(one);
  for (const one of textsIn(asked)) open.add(one);
}

function userOf(event: ExecutionEvent | undefined): string | null {
  return event?.actor.kind === 'person' ? event.actor.userId : null;
}

/** Who is asked by email is the person of that name. */
function userIdOf(recipient: string): string {
  const [, name] = /^(.+)@example\.com$/.exec(recipient) ?? [];
  return name === undefined ? recipient : `U0${name.toUpperCase()}`;
}

/** Whose votes were dropped. */
function droppedIn({ droppedVotes }: ExecutionEvent['data']): string[] {
  if (!Array.isArray(droppedVotes)) return [];
  return droppedVotes.flatMap((vote) => {
    const actor = isJsonObject(vote) ? vote['actor'] : null;
    return isJsonObject(actor) && typeof actor['userId'] === 'string' ? [actor['userId']] : [];
  });
}

function outcomeOf({ data }: ExecutionEvent): string {
  return typeof data['outcome'] === 'string' ? data['outcome'] : '';
}

function textsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];
}
