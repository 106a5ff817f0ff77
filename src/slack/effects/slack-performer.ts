import type { Effect } from '../../domain/effect.ts';
import type { EffectPerformer, EffectResult, Task } from '../../engine/effect-performer.ts';
import { AppError } from '../../errors.ts';
import { performAsk } from './ask.ts';
import { performOutcomeNote, performStepNote } from './notes.ts';
import { performOwnerNote } from './owner-note.ts';
import type { PerformerDeps } from './performer-deps.ts';
import { performRemind } from './remind.ts';
import { performRunFile } from './run-file.ts';
import { performTaskCard } from './task-card.ts';
import { performUpdateAsks } from './update-asks.ts';

const retryAfterMs = 5_000;

/** Does effects in Slack. Needs no engine: everything to show is in the task that comes with the effect. */
export function createSlackPerformer(deps: PerformerDeps): EffectPerformer {
  return {
    async perform(effect, task) {
      if (effect.attempts === 0) deps.changes.announce(task.execution);
      try {
        return await performByKind(deps, effect, task);
      } catch (error) {
        // Look-ups come before anything is sent, so nothing can have been sent.
        if (!(error instanceof AppError)) throw error;
        if (!error.retryable) return { kind: 'dead', error: error.message };
        const afterMs = error.retryAfterMs ?? retryAfterMs;
        return { kind: 'retry', afterMs, error: error.message, maybeSent: false };
      }
    },
  };
}

function performByKind(deps: PerformerDeps, effect: Effect, task: Task): Promise<EffectResult> {
  switch (effect.kind) {
    case 'task-card':
      return performTaskCard(deps, effect, task);
    case 'ask':
      return performAsk(deps, effect, task);
    case 'update-asks':
      return performUpdateAsks(deps, effect, task);
    case 'remind':
      return performRemind(deps, effect, task);
    case 'step-note':
      return performStepNote(deps, effect, task);
    case 'outcome-note':
      return performOutcomeNote(deps, effect, task);
    case 'run-file':
      return performRunFile(deps, effect, task);
    case 'owner-note':
      return performOwnerNote(deps, effect, task);
    case 'run-step':
      // See createRunStepPerformer: it never comes here.
      return Promise.resolve({
        kind: 'retry',
        afterMs: retryAfterMs,
        error: 'not of Slack',
        maybeSent: false,
      });
  }
}
