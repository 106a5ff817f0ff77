import { noTimers } from '../../domain/execution.ts';
import { announceAgainMs, newStepRun } from '../../domain/step-run.ts';
import type { Draft } from '../draft.ts';
import type { Entered } from './entered.ts';

/** `PROMPT`, `AGENT` and `TOOL`: a worker is told, and begins when it may. */
export function enterRun(draft: Draft): Entered {
  draft.updateCurrent({ status: 'SCHEDULED', startedAt: null, run: newStepRun });
  announceRun(draft);
  draft.addEffect({ kind: 'task-card' });
  return { kind: 'waiting' };
}

/** Tells workers that there is something to run, now and again later should none begin. */
export function announceRun(draft: Draft): void {
  const wakeAt = new Date(draft.now.getTime() + announceAgainMs);
  draft.updateCurrent({ timers: { ...noTimers, wakeAt } });
  draft.addEffect({ kind: 'run-step', stepIndex: draft.current.index });
}
