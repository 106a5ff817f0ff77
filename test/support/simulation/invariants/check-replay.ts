import { isDeepStrictEqual } from 'node:util';
import type { Command } from '../../../../src/domain/command.ts';
import type { Definition } from '../../../../src/domain/definition.ts';
import { type ExecutionState, currentStepExecution } from '../../../../src/domain/execution.ts';
import { Refusal } from '../../../../src/domain/refusal.ts';
import type { Transition } from '../../../../src/engine/draft.ts';
import { transition } from '../../../../src/engine/transition.ts';
import type { JournalEntry } from '../journal.ts';
import type { World } from '../world.ts';
import type { Evidence } from './evidence.ts';

/** The accepted commands, done again one after the other by the pure function, give the same history. */
export function checkReplay(world: World, { id, entries, tokens }: Evidence): string[] {
  let replayed: ExecutionState | null = null;
  for (const [index, entry] of entries.entries()) {
    const command = commandOf(world, entry, tokens[index] ?? null, replayed);
    if (typeof command === 'string') return [`${id}: v ${entry.state.v} ${command}`];
    // A move is decided on the revision that the task leaves.
    const definition = world.workflows.definition((replayed ?? entry.state).revisionId);
    const result = apply(definition, replayed, command, entry.state.updatedAt);
    const isSame =
      result !== null &&
      isDeepStrictEqual(result.execution, entry.state) &&
      isDeepStrictEqual(result.events, entry.events) &&
      isDeepStrictEqual(result.effects, entry.effects);
    if (!isSame) return [`${id}: v ${entry.state.v} is not what ${command.type} makes of v ${entry.baseV}`];
    replayed = result.execution;
  }
  return [];
}

/** @returns null when the command is refused */
function apply(
  definition: Definition,
  execution: ExecutionState | null,
  command: Command,
  now: Date,
): Transition | null {
  try {
    return transition(definition, execution, command, now);
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** @returns what is wrong, when no command explains the entry */
function commandOf(
  world: World,
  { state, at }: JournalEntry,
  token: string | null,
  before: ExecutionState | null,
): Command | string {
  if (token === null) return before === null ? 'was started by nobody' : ownCommand(world, state, before, at);
  const operation = world.operations.find((candidate) => candidate.token === token);
  if (operation === undefined) return `was asked for by nobody (${token})`;
  const { request } = operation;
  if (request.kind === 'execute') return request.command;
  const { inputs, startedBy, origin } = request.start;
  return { type: 'start', executionId: state.id, inputs: inputs as Record<string, never>, startedBy, origin };
}

/** The engine gives two commands itself: for a timer, and for a message that cannot be delivered. */
function ownCommand(world: World, after: ExecutionState, before: ExecutionState, at: Date): Command | string {
  const current = currentStepExecution(before);
  const reported = current === undefined ? [] : (after.stack[current.index]?.undeliverable ?? []);
  if (current !== undefined && reported.length > current.undeliverable.length) {
    const { recipient, reason } = reported.at(-1) ?? { recipient: '', reason: '' };
    const wasRefused = world.slack.performances.some(
      (performance) =>
        performance.executionId === after.id &&
        performance.recipient === recipient &&
        performance.result !== 'done',
    );
    if (!wasRefused) return `says that ${recipient} cannot be reached, which Slack never said`;
    return { type: 'report-undeliverable', stepIndex: current.index, recipient, reason };
  }
  const { timerAt } = before;
  if (timerAt === null) return 'woke although nothing was due';
  if (timerAt > after.updatedAt)
    return `woke at ${after.updatedAt.toISOString()} before ${timerAt.toISOString()}`;
  if (timerAt.getTime() > at.getTime() + maxSkewMs)
    return `woke more than an hour before ${timerAt.toISOString()}`;
  return { type: 'wake' };
}

/** How wrong a process's clock may be. */
const maxSkewMs = 3_600_000;
