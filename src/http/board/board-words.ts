import type { Actor } from '../../domain/actor.ts';
import type { Definition, Step } from '../../domain/definition.ts';
import type { ExecutionState, Failure, StepExecution } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Why } from '../../domain/why.ts';
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
  /** Why a task has stopped, with its steps as people call them; not escaped. */
  stopped(failure: Failure, definition: Definition): string;
  /** Who did something. */
  mention(actor: Actor): string;
  /** Who is meant by an entry of `assignees`. */
  recipient(text: string): string;
  /** A step as people call it; not escaped. */
  stepTitle(step: Pick<Step, 'name' | 'description'>): string;
  /** Why something was not done. `view`: the task that it was about. */
  refusal(error: AppError, view: TaskView | null): string;
  /** Each visit of the stack in a sentence or two, with who chose what and who was asked instead; and what may come. */
  visits(view: TaskView): { visits: { text: string; more: string[] }[]; upcoming: string[] };
  /** How the task ended, or why it has stopped and what to do; none when there is nothing to say. */
  ending(view: TaskView): string[];
  /** Why the task is where it is: the cause first, then facts, then what to do next. */
  why(view: TaskView, why: Why): string[];
  /** What the task was started with, secrets masked. The labels are not escaped. */
  inputs(view: TaskView): { label: string; text: string }[];
  /** The same for a search: each value whole and not escaped, without those that are secret. */
  inputTexts(view: TaskView): string[];
  /** Which model, agent or tool did a run. */
  runBy(stepExecution: StepExecution): string;
  /** Calls, tokens and time of a run; '' when nothing was called. */
  runSummary(stepExecution: StepExecution): string;
  /** One call of a run: what was called, and what came of it. `isFine`: it brought what it was to. */
  call(entry: JsonObject): { what: string; result: string; isFine: boolean };
}
