import type { Actor } from '../../domain/actor.ts';
import { actorOf } from '../../domain/actor.ts';
import type { Definition } from '../../domain/definition.ts';
import { type ExecutionState, currentStepExecution } from '../../domain/execution.ts';
import { deriveId } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import { type JsonSchema, findSchemaErrors } from '../../domain/json-schema.ts';
import type { Move, MoveRecord, RehearsalEnd } from '../../domain/rehearsal.ts';
import { ValidationError } from '../../errors.ts';
import type { Transition } from '../draft.ts';
import { transition } from '../transition.ts';
import { applyMove } from './apply-move.ts';
import { defaultStarter, personOf } from './cast.ts';
import { describeEffect } from './describe-effect.ts';
import type { Moment } from './pass-time.ts';
import { MoveRefused, asRefused } from './rehearsal-error.ts';

/** When a rehearsal begins, in its own time, unless somebody says otherwise: a Monday morning. */
export const rehearsalStart = new Date('2026-03-02T09:00:00.000Z');

/** What is rehearsed. */
export interface PlayRequest {
  definition: Definition;
  inputs: JsonObject;
  /** As in a move's `by`, or somebody who is known. Default: somebody whom no step names. */
  startedBy?: Actor | string;
  /** In the rehearsal's own time. Default: `rehearsalStart`. */
  startAt?: Date;
  moves: readonly Move[];
}

/** A rehearsal as it stands after its moves. */
export interface Play extends Moment {
  /** What the start and each move did. */
  records: MoveRecord[];
  /** The move that the engine refused, and why; those behind it were not made. Null: all were made. */
  refused: { index: number; message: string } | null;
}

/**
 * Plays a task from its start, with these moves. Nothing leaves it: the only thing that it has is the definition.
 *
 * @throws MoveRefused when the inputs do not fit
 */
export function play(request: PlayRequest): Play {
  const { definition, moves } = request;
  let moment = startRehearsal(request);
  const records = [recordOf(null, moment, [moment.started])];
  for (const [index, move] of moves.entries()) {
    try {
      const moved = applyMove(definition, moment, move);
      records.push(recordOf(move, moved, moved.transitions));
      moment = { ...moved, started: moment.started };
    } catch (error) {
      const refused = { index, message: asRefused(error, index).message };
      return { execution: moment.execution, now: moment.now, records, refused };
    }
  }
  return { execution: moment.execution, now: moment.now, records, refused: null };
}

/** The task at its first step that waits. @throws MoveRefused when the inputs do not fit, or nobody is named */
export function startRehearsal({
  definition,
  inputs,
  startedBy = defaultStarter,
  startAt = rehearsalStart,
}: Omit<PlayRequest, 'moves'>): Moment & { started: Transition } {
  const errors = findSchemaErrors(definition.inputsSchema as JsonSchema, inputs);
  if (errors.length > 0) {
    const message = 'The inputs do not fit this workflow.';
    throw asRefused(new ValidationError(message, errors), -1);
  }
  const command = {
    type: 'start',
    executionId: deriveId('rehearsal', definition.workflowId),
    inputs,
    startedBy: starterOf(startedBy),
    origin: { kind: 'api' },
  } as const;
  const started = transition(definition, null, command, startAt);
  return { execution: started.execution, now: startAt, started };
}

/** What a scenario would have to expect for the rehearsal to be as it should. */
export function endOf(execution: ExecutionState): RehearsalEnd {
  return {
    status: execution.status,
    at: currentStepExecution(execution)?.stepName ?? null,
    path: execution.stack.map(({ stepName }) => stepName),
  };
}

function starterOf(startedBy: Actor | string): Actor {
  if (typeof startedBy !== 'string') return startedBy;
  const person = personOf(startedBy);
  if (person === null) throw new MoveRefused(`"${startedBy}" names nobody who could start the task.`, -1);
  return actorOf(person);
}

function recordOf(move: Move | null, { execution, now }: Moment, transitions: Transition[]): MoveRecord {
  return {
    move,
    at: now,
    events: transitions.flatMap(({ events }) =>
      events.map(({ type, stepName, data }) => ({ type, stepName, data })),
    ),
    effects: transitions.flatMap(({ effects }) =>
      effects.flatMap((effect) => describeEffect(execution, effect) ?? []),
    ),
  };
}
