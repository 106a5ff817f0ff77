import type { TriggerLog } from '../../../models/trigger-log.ts';
import type { Clock } from '../../clock.ts';
import type { Actor } from '../../domain/actor.ts';
import type { ExecutionState, Origin } from '../../domain/execution.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { Trigger } from '../../domain/trigger.ts';
import type { TriggerDecision } from '../../domain/trigger-log.ts';
import { AppError, type FieldError } from '../../errors.ts';
import type { Engine } from '../engine.ts';

/** Something came to a trigger that starts a task. */
export interface Firing {
  trigger: Trigger;
  /** What came, told apart from everything else that comes to this trigger: the same one starts one task for ever. */
  sourceKey: string;
  inputs: JsonValue;
  startedBy: Actor;
  origin: Origin;
}

/** What became of it. */
export type Fired =
  | { decision: 'started'; execution: ExecutionState }
  /** `error` is what the engine said; its `message` is for people, `fields` name the inputs that do not fit. */
  | { decision: 'refused' | 'failed'; reason: string; fields: FieldError[]; error: AppError };

/** What triggers do, and what is kept of it. */
export interface TriggerStarts {
  /**
   * Starts a task, exactly once for each `sourceKey`: whoever comes again gets the task that there is. The decision is
   * in the trigger's log when this resolves.
   *
   * @throws AppError that is retryable, when nothing could be found out; then nothing is logged
   */
  start(firing: Firing): Promise<Fired>;
  /**
   * Logs that nothing was started, and why.
   * @returns false when the source had been decided on before
   */
  note(
    trigger: Trigger,
    sourceKey: string,
    decision: Exclude<TriggerDecision, 'started'>,
    reason: string,
  ): Promise<boolean>;
}

export interface TriggerStartsDeps {
  engine: Pick<Engine, 'start'>;
  log: TriggerLog;
  clock: Clock;
  newId: IdSource;
}

/** Starts tasks by triggers, over the engine and the log. */
export function createTriggerStarts({ engine, log, clock, newId }: TriggerStartsDeps): TriggerStarts {
  async function keep(
    { id: triggerId, orgId }: Trigger,
    sourceKey: string,
    what: { decision: TriggerDecision; reason: string | null; executionId: string | null },
  ): Promise<boolean> {
    return log.note({ id: newId(), orgId, triggerId, sourceKey, at: clock.now(), ...what });
  }

  return {
    async start({ trigger, sourceKey, inputs, startedBy, origin }) {
      const { id, orgId, workflowId } = trigger;
      const startKey = `trigger:${id}:${sourceKey}`;
      try {
        const execution = await engine.start({ orgId, workflowId, inputs, startedBy, origin, startKey });
        await keep(trigger, sourceKey, { decision: 'started', reason: null, executionId: execution.id });
        return { decision: 'started', execution };
      } catch (error) {
        if (!(error instanceof AppError) || error.retryable) throw error;
        const decision = error.status >= 500 ? 'failed' : 'refused';
        await keep(trigger, sourceKey, { decision, reason: error.message, executionId: null });
        return { decision, reason: error.message, fields: error.fields, error };
      }
    },
    note: (trigger, sourceKey, decision, reason) =>
      keep(trigger, sourceKey, { decision, reason, executionId: null }),
  };
}
