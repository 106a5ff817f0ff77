import type { Actor } from '../src/domain/actor.ts';
import { findStep } from '../src/domain/definition.ts';
import type { EffectBody } from '../src/domain/effect.ts';
import { describeResult, describeTimeout } from './decision-words.ts';
import { bold, simpleMessage } from './elements.ts';
import { clip, inline } from './escape.ts';
import type { Message } from './message.ts';
import { mention, slackTime } from './people.ts';
import { deadlineLine } from './step-lines.ts';
import { humanise, type StepView, type TaskView, taskName, type Visit, visitOf } from './task-view.ts';
import { adviseOnFailure, describeUndeliverable } from './task-words.ts';

export type StepNoteAbout = Extract<EffectBody, { kind: 'step-note' }>['about'];

const maxCommentLength = 1_000;

/** A line in the task's thread about what became of a step. */
export function stepNote(view: StepView & { about: StepNoteAbout }): Message {
  const visit = visitOf(view);
  const name = bold(humanise(visit.stepExecution.stepName));
  return simpleMessage(describeNote(view, visit, name));
}

function describeNote(view: StepView & { about: StepNoteAbout }, visit: Visit, name: string): string {
  switch (view.about) {
    case 'decided':
    case 'completed':
      return `✅ ${name}: ${describeResult(visit, maxCommentLength)}`;
    case 'timed-out':
      return `⌛ ${name}: ${describeTimeout(visit)}`;
    case 'escalated':
      return `⏫ ${name}: ${deadlineLine(view, visit)}`;
    case 'undeliverable': {
      const problems = visit.stepExecution.undeliverable.slice(-5).map(describeUndeliverable).join('\n');
      return `❗ ${address(view.execution.startedBy)}${name}: ${problems}\nThe step is still waiting. Whoever can do it also finds it on Baton’s Home tab.`;
    }
  }
}

/** Tells the person who started the task how it ended, or where and why it stopped. */
export function outcomeNote(view: TaskView): Message {
  const { execution } = view;
  const to = address(execution.startedBy);
  return simpleMessage(`${to}${describeEnd(view)}`);
}

function describeEnd(view: TaskView): string {
  const { execution } = view;
  const name = taskName(execution);
  const at = execution.endedAt === null ? '' : ` ${slackTime(execution.endedAt)}`;
  switch (execution.status) {
    case 'RUNNING':
      return `⏳ ${name} is in progress again.`;
    case 'COMPLETED':
      return [`✅ ${name} is complete.`, lastDecision(view)].filter((line) => line !== '').join('\n');
    case 'FAILED':
      return `⚠️ ${name} has stopped${describeFailure(view)}`;
    case 'CANCELLED':
      return `🚫 ${name} was cancelled${at}. Nothing more happens.`;
    case 'EXPIRED':
      return `⌛ ${name} expired${at}: it was open for too long. Nothing more happens. Start it again if it is still needed.`;
  }
}

function lastDecision({ execution, definition }: TaskView): string {
  const stepExecution = execution.stack.findLast(
    (earlier) => earlier.type === 'HUMAN' && earlier.status === 'COMPLETED',
  );
  if (stepExecution === undefined) return '';
  const visit: Visit = { stepExecution, step: findStep(definition, stepExecution.stepId) };
  return describeResult(visit, maxCommentLength);
}

function describeFailure({ execution }: TaskView): string {
  const { failure } = execution;
  const stepName = execution.stack.at(-1)?.stepName;
  const where = stepName === undefined ? '' : ` at ${bold(humanise(stepName))}`;
  if (failure === null) return `${where}.`;
  return `${where}: ${clip(inline(failure.message), 1_000)}\n*What to do:* ${adviseOnFailure(failure)}`;
}

/** Speaks to a person; a key or Baton itself is not spoken to. */
function address(actor: Actor): string {
  return actor.kind === 'person' ? `${mention(actor)} ` : '';
}
