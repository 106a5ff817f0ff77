import type { Command } from '../domain/command.ts';
import type { Definition } from '../domain/definition.ts';
import type { ExecutionState } from '../domain/execution.ts';
import { Draft, type Transition } from './draft.ts';
import { cancelExecution } from './commands/cancel.ts';
import { completeStep } from './commands/complete.ts';
import { decideStep } from './commands/decide.ts';
import { delegateAsk } from './commands/delegate.ts';
import { moveExecution } from './commands/move.ts';
import { reassignStep } from './commands/reassign.ts';
import { receiveUnanswerable } from './commands/report-unanswerable.ts';
import { reportUndeliverable } from './commands/report-undeliverable.ts';
import { rerouteExecution } from './commands/reroute.ts';
import { retryExecution } from './commands/retry.ts';
import { finishRun, holdRun, renewRun, startRun } from './commands/run.ts';
import { receiveSignal } from './commands/signal.ts';
import { startExecution } from './commands/start.ts';
import { wakeExecution } from './commands/wake.ts';

/**
 * The engine's one pure function: what a command does to an execution, and what has to be told
 * (`events`) and done (`effects`) because of it. No I/O, no clock, no randomness. The same arguments
 * always give the same result, so every rule can be tested as a table, simulated and replayed.
 *
 * `execution` is null for `start`, and only then. When a `wake` finds nothing due, the result is the
 * same `execution` object with no events and no effects, and need not be committed.
 *
 * @throws Refusal when the rules do not allow the command; nothing has changed then
 */
export function transition(
  definition: Definition,
  execution: ExecutionState | null,
  command: Command,
  now: Date,
): Transition {
  if (command.type === 'start') return startExecution(definition, command, now);
  if (execution === null) throw new TypeError(`"${command.type}" needs an execution`);
  const draft = new Draft(definition, execution, now);
  apply(draft, command);
  return draft.execution === execution ? { execution, events: [], effects: [] } : draft.seal();
}

function apply(draft: Draft, command: Exclude<Command, { type: 'start' }>): void {
  switch (command.type) {
    case 'decide':
      return decideStep(draft, command);
    case 'complete':
      return completeStep(draft, command);
    case 'signal':
      return receiveSignal(draft, command);
    case 'cancel':
      return cancelExecution(draft, command);
    case 'retry':
      return retryExecution(draft, command);
    case 'reroute':
      return rerouteExecution(draft, command);
    case 'move':
      return moveExecution(draft, command);
    case 'start-run':
      return startRun(draft, command);
    case 'renew-run':
      return renewRun(draft, command);
    case 'end-run':
      return finishRun(draft, command);
    case 'hold-run':
      return holdRun(draft, command);
    case 'wake':
      return wakeExecution(draft);
    case 'report-undeliverable':
      return reportUndeliverable(draft, command);
    case 'reassign':
      return reassignStep(draft, command);
    case 'delegate':
      return delegateAsk(draft, command);
    case 'report-unanswerable':
      return receiveUnanswerable(draft, command);
  }
}
