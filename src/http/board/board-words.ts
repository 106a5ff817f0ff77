import type { Actor } from '../../domain/actor.ts';
import type { Definition, Step } from '../../domain/definition.ts';
import type { ExecutionState, StepExecution } from '../../domain/execution.ts';
import type { AppError } from '../../errors.ts';

/** A task with the definition that it is pinned to. */
export interface TaskView {
  execution: ExecutionState;
  definition: Definition;
}

/**
 * What is said of tasks: the very sentences that Slack shows, in its mrkdwn, for `mrkdwn` to put on a page. They are
 * handed in, because pages and messages are made by parts that do not know each other.
 */
export interface BoardWords {
  /** What tells a task from others of its workflow. Without the definition, which says what is secret, no inputs; '' when there is nothing. */
  subject(execution: ExecutionState, definition: Definition | null): string;
  /** Who or what a step that is not over waits for. */
  waitingFor(stepExecution: StepExecution): string;
  /** True while a model or a tool is at it. */
  isRunning(stepExecution: StepExecution): boolean;
  /** How the task stands, or how it ended. */
  status(execution: ExecutionState, definition: Definition | null): string;
  /** Who did something. */
  mention(actor: Actor): string;
  /** A step as people call it; not escaped. */
  stepTitle(step: Pick<Step, 'name' | 'description'>): string;
  /** Why something was not done. `view`: the task that it was about. */
  refusal(error: AppError, view: TaskView | null): string;
}
