import { type Definition, isAskStep, type Step } from '../../../../src/domain/definition.ts';
import { durationMs } from '../../../../src/domain/duration.ts';
import type { ExecutionEvent } from '../../../../src/domain/event.ts';
import { hasEnded } from '../../../../src/domain/execution.ts';
import type { World } from '../world.ts';
import { type Evidence, definitionAt } from './evidence.ts';

const dayMs = 86_400_000;
/** How wrong a process's clock may be, twice. */
const maxSkewMs = 7_200_000;
const defaultMaxReminders = 3;

/** What the log says of the step execution that is open at some point of it. */
interface Visit {
  step: Step;
  startedMs: number;
  /** What the deadline counts from. */
  deadlineFromMs: number;
  lastReminderMs: number;
  /** How often each was reminded since they were asked. */
  reminders: ReadonlyMap<string, number>;
  /** None of those whom the last one found pending is to get another. */
  isReminded: boolean;
  isWarned: boolean;
  isEscalated: boolean;
}

/**
 * No timer fired early and none was forgotten: worked out from the definition and the times in the
 * log alone, not from the timers that the engine keeps.
 */
export function checkTimers(world: World, { id, entries, log }: Evidence): string[] {
  const last = entries.at(-1)?.state;
  const first = log[0];
  if (last === undefined || first === undefined) return [`${id}: there is no log`];
  const problems: string[] = [];
  let visit: Visit | null = null;
  for (const event of log) {
    const problem = checkEvent(event, visit, first);
    if (problem !== null) problems.push(`${id}: ${event.type} ${event.seq} ${problem}`);
    visit = follow(event, visit, definitionAt(world, entries, event));
  }
  const nowMs = world.time.now().getTime();
  if (!hasEnded(last) && first.createdAt.getTime() + 366 * dayMs <= nowMs) {
    problems.push(`${id}: it should have expired`);
  }
  if (last.status === 'RUNNING' && visit !== null && dueMs(visit) <= nowMs) {
    problems.push(`${id}: a timer of "${visit.step.name}" has not fired`);
  }
  return problems;
}

function checkEvent(event: ExecutionEvent, visit: Visit | null, first: ExecutionEvent): string | null {
  const atMs = event.createdAt.getTime();
  if (event.type === 'WORKFLOW_EXECUTION_EXPIRED') {
    return atMs - first.createdAt.getTime() < 365 * dayMs ? 'came before a year had passed' : null;
  }
  if (visit === null || event.actor.kind !== 'system') return null;
  const { step } = visit;
  switch (event.type) {
    case 'WORKFLOW_STEP_EXECUTION_REMINDER':
      if (event.data['about'] === 'deadline') return checkWarning(visit, atMs);
      if (atMs < reminderMs(visit)) return 'came early';
      return recipientsIn(event.data['to']).some((to) => remindersOf(visit, to) >= maxReminders(step))
        ? 'is one too many'
        : null;
    case 'WORKFLOW_STEP_EXECUTION_ESCALATED':
      return event.data['reason'] === 'deadline' && atMs < deadlineMs(visit) ? 'came early' : null;
    case 'WORKFLOW_STEP_EXECUTION_COMPLETED':
      if (step.type !== 'WAIT') return atMs < deadlineMs(visit) ? 'came early' : null;
      return atMs < waitMs(visit) ? 'came early' : null;
    default:
      return null;
  }
}

function checkWarning(visit: Visit, atMs: number): string | null {
  if (visit.isWarned) return 'warns twice';
  return atMs < warningMs(visit) || atMs >= deadlineMs(visit) + maxSkewMs ? 'warned at a wrong time' : null;
}

function follow(event: ExecutionEvent, visit: Visit | null, definition: Definition): Visit | null {
  const atMs = event.createdAt.getTime();
  switch (event.type) {
    case 'WORKFLOW_STEP_EXECUTION_STARTED': {
      const step = definition.steps.find((candidate) => candidate.id === event.stepId);
      if (step === undefined) return null;
      return {
        step,
        startedMs: atMs,
        deadlineFromMs: atMs,
        lastReminderMs: atMs,
        reminders: new Map(),
        isReminded: isEmpty(event.data['assignees']),
        isWarned: false,
        isEscalated: false,
      };
    }
    case 'WORKFLOW_EXECUTION_MOVED':
      return visit && moved(visit, definition, atMs);
    case 'WORKFLOW_STEP_EXECUTION_REMINDER':
      if (event.data['about'] === 'deadline') return visit && { ...visit, isWarned: true };
      return visit && reminded(visit, recipientsIn(event.data['to']), atMs);
    case 'WORKFLOW_STEP_EXECUTION_REASSIGNED':
      return visit && begunAnew(visit, event.data['asked'], atMs);
    case 'WORKFLOW_STEP_EXECUTION_ESCALATED': {
      if (event.data['reason'] !== 'deadline') return visit;
      return visit && { ...begunAnew(visit, event.data['to'], atMs), isEscalated: true };
    }
    case 'WORKFLOW_STEP_EXECUTION_COMPLETED':
    case 'WORKFLOW_STEP_EXECUTION_FAILED':
    case 'WORKFLOW_STEP_EXECUTION_CANCELLED':
      return null;
    default:
      return visit;
  }
}

function reminded(visit: Visit, to: readonly string[], atMs: number): Visit {
  const reminders = new Map(visit.reminders);
  for (const recipient of to) reminders.set(recipient, remindersOf(visit, recipient) + 1);
  const isReminded = to.every((recipient) => (reminders.get(recipient) ?? 0) >= maxReminders(visit.step));
  return { ...visit, lastReminderMs: atMs, reminders, isReminded };
}

/** Whoever is newly asked is reminded as often as the first. */
function begunAnew(visit: Visit, asked: unknown, atMs: number): Visit {
  if (isEmpty(asked)) return visit;
  const reminders = new Map(visit.reminders);
  for (const recipient of recipientsIn(asked)) reminders.delete(recipient);
  return { ...visit, lastReminderMs: atMs, reminders, isReminded: false };
}

/** What the new revision sets otherwise counts from the move. */
function moved(visit: Visit, { steps }: Definition, atMs: number): Visit | null {
  const step = steps.find(({ id }) => id === visit.step.id);
  if (step === undefined) return null;
  const isSame = (key: 'deadline' | 'reminder'): boolean => timeOf(visit.step, key) === timeOf(step, key);
  return {
    ...visit,
    step,
    ...(isSame('deadline') ? {} : { deadlineFromMs: atMs, isWarned: false, isEscalated: false }),
    ...(isSame('reminder') ? {} : { lastReminderMs: atMs, isReminded: false }),
  };
}

function timeOf(step: Step, key: 'deadline' | 'reminder'): string | undefined {
  return isAskStep(step) ? JSON.stringify(step[key]) : undefined;
}

function remindersOf({ reminders }: Visit, recipient: string): number {
  return reminders.get(recipient) ?? 0;
}

function recipientsIn(list: unknown): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

function isEmpty(list: unknown): boolean {
  return !Array.isArray(list) || list.length === 0;
}

function dueMs(visit: Visit): number {
  if (visit.step.type === 'WAIT') return visit.step.for === undefined ? never : waitMs(visit);
  return Math.min(visit.isReminded ? never : reminderMs(visit), warningMs(visit), deadlineMs(visit));
}

const never = Number.POSITIVE_INFINITY;

function reminderMs({ step, lastReminderMs }: Visit): number {
  if (!isAskStep(step) || step.reminder === undefined) return never;
  return lastReminderMs + durationMs(step.reminder.every);
}

function maxReminders(step: Step): number {
  return !isAskStep(step) ? 0 : (step.reminder?.max ?? defaultMaxReminders);
}

function deadlineMs({ step, deadlineFromMs, isEscalated }: Visit): number {
  if (!isAskStep(step) || step.deadline === undefined || isEscalated) return never;
  return deadlineFromMs + durationMs(step.deadline.after);
}

/** A quarter of the time before the deadline, at most four hours; nobody is warned of what comes within the hour. */
function warningMs(visit: Visit): number {
  const { step, isWarned } = visit;
  if (!isAskStep(step) || step.deadline === undefined || isWarned) return never;
  const afterMs = durationMs(step.deadline.after);
  if (afterMs < 3_600_000) return never;
  return deadlineMs(visit) - Math.min(afterMs / 4, 4 * 3_600_000);
}

/** A signal that was kept ends its wait at once. */
function waitMs({ step, startedMs }: Visit): number {
  if (step.type !== 'WAIT' || step.for === undefined) return startedMs;
  return startedMs + durationMs(step.for);
}
