import type { Step, WaitStep } from '../../domain/definition.ts';
import { addDuration } from '../../domain/duration.ts';
import { noTimers } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import { renderTemplate } from '../../domain/template.ts';
import type { Draft } from '../draft.ts';
import type { Entered } from './entered.ts';

/** `WAIT`: until a time, for a duration, or for a signal, which may have come already. */
export function enterWait(draft: Draft, step: WaitStep & Step): Entered {
  draft.emitStep('WORKFLOW_STEP_EXECUTION_STARTED', { inputs: draft.current.inputs });
  if (step.signal !== undefined) return enterSignalWait(draft, step.signal);
  if (step.for !== undefined) return waitUntil(draft, addDuration(draft.now, step.for));
  const text = renderTemplate(step.until ?? '', draft.execution.context, draft.definition.inputsSchema);
  const until = parseTime(text);
  if (until === null) {
    return {
      kind: 'failed',
      failure: {
        code: 'time-invalid',
        message: `The step "${step.name}" waits until "${text}", which is not an ISO 8601 time such as 2026-03-01T09:00:00Z.`,
        data: { until: text },
      },
    };
  }
  return waitUntil(draft, until);
}

/** The first signal of the name that was kept counts; later ones wait for the next step of that signal. */
function enterSignalWait(draft: Draft, name: string): Entered {
  const { signals } = draft.execution;
  const kept = signals.find((signal) => signal.name === name);
  if (kept === undefined) {
    draft.addEffect({ kind: 'task-card' });
    return { kind: 'waiting' };
  }
  draft.update({ signals: signals.filter((signal) => signal !== kept) });
  const by = kept.by as unknown as JsonObject;
  const signal = { name, by, sentAt: kept.at.toISOString(), wasKept: true };
  return { kind: 'finished', output: kept.payload, facts: { signal } };
}

function waitUntil(draft: Draft, until: Date): Entered {
  if (until <= draft.now) return { kind: 'finished', output: null };
  draft.updateCurrent({ timers: { ...noTimers, wakeAt: until } });
  draft.addEffect({ kind: 'task-card' });
  return { kind: 'waiting' };
}

/** A date (midnight UTC) or a time with its offset; a time without one would depend on the machine. */
function parseTime(text: string): Date | null {
  const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
  if (!isoTime.test(text.trim())) return null;
  const time = new Date(text.trim());
  return Number.isNaN(time.getTime()) ? null : time;
}
