import type { Definition, Step } from '../../../../src/domain/definition.ts';
import { durationMs } from '../../../../src/domain/duration.ts';
import type { ExecutionEvent } from '../../../../src/domain/event.ts';
import { hasEnded } from '../../../../src/domain/execution.ts';
import type { World } from '../world.ts';
import type { Evidence } from './evidence.ts';

const dayMs = 86_400_000;
const defaultMaxReminders = 3;

/** What the log says of the step execution that is open at some point of it. */
interface Visit {
  step: Step;
  startedMs: number;
  lastReminderMs: number;
  reminders: number;
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
  const definition = world.workflows.definition(last.revisionId);
  const problems: string[] = [];
  let visit: Visit | null = null;
  for (const event of log) {
    const problem = checkEvent(event, visit, first);
    if (problem !== null) problems.push(`${id}: ${event.type} ${event.seq} ${problem}`);
    visit = follow(event, visit, definition);
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
      if (atMs < reminderMs(visit)) return 'came early';
      return visit.reminders >= maxReminders(step) ? 'is one too many' : null;
    case 'WORKFLOW_STEP_EXECUTION_ESCALATED':
      return atMs < deadlineMs(visit) ? 'came early' : null;
    case 'WORKFLOW_STEP_EXECUTION_COMPLETED':
      if (step.type !== 'WAIT') return atMs < deadlineMs(visit) ? 'came early' : null;
      return atMs < waitMs(visit) ? 'came early' : null;
    default:
      return null;
  }
}

function follow(event: ExecutionEvent, visit: Visit | null, definition: Definition): Visit | null {
  const atMs = event.createdAt.getTime();
  switch (event.type) {
    case 'WORKFLOW_STEP_EXECUTION_STARTED': {
      const step = definition.steps.find((candidate) => candidate.id === event.stepId);
      if (step === undefined) return null;
      return { step, startedMs: atMs, lastReminderMs: atMs, reminders: 0, isEscalated: false };
    }
    case 'WORKFLOW_STEP_EXECUTION_REMINDER':
      return visit && { ...visit, lastReminderMs: atMs, reminders: visit.reminders + 1 };
    case 'WORKFLOW_STEP_EXECUTION_ESCALATED':
      return visit && { ...visit, isEscalated: true };
    case 'WORKFLOW_STEP_EXECUTION_COMPLETED':
    case 'WORKFLOW_STEP_EXECUTION_FAILED':
    case 'WORKFLOW_STEP_EXECUTION_CANCELLED':
      return null;
    default:
      return visit;
  }
}

function dueMs(visit: Visit): number {
  if (visit.step.type === 'WAIT') return visit.step.for === undefined ? never : waitMs(visit);
  const isReminded = visit.reminders >= maxReminders(visit.step);
  return Math.min(isReminded ? never : reminderMs(visit), deadlineMs(visit));
}

const never = Number.POSITIVE_INFINITY;

function reminderMs({ step, lastReminderMs }: Visit): number {
  if (step.type === 'WAIT' || step.reminder === undefined) return never;
  return lastReminderMs + durationMs(step.reminder.every);
}

function maxReminders(step: Step): number {
  return step.type === 'WAIT' ? 0 : (step.reminder?.max ?? defaultMaxReminders);
}

function deadlineMs({ step, startedMs, isEscalated }: Visit): number {
  if (step.type === 'WAIT' || step.deadline === undefined || isEscalated) return never;
  return startedMs + durationMs(step.deadline.after);
}

/** A signal that was kept ends its wait at once. */
function waitMs({ step, startedMs }: Visit): number {
  if (step.type !== 'WAIT' || step.for === undefined) return startedMs;
  return startedMs + durationMs(step.for);
}
