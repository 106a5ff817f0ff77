import { outcomeNote, stepNote } from '../../../blocks/notes.ts';
import { runNote } from '../../../blocks/run-note.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import { starterTarget, taskThread } from './conversations.ts';
import { deliveryOf, resultOfPost } from './delivery.ts';
import type { EffectOf, PerformerDeps } from './performer-deps.ts';

/** Says in the task's thread what became of a step. A task without a card has no thread. */
export async function performStepNote(
  { messenger }: PerformerDeps,
  effect: EffectOf<'step-note'>,
  task: Task,
): Promise<EffectResult> {
  const thread = taskThread(task);
  if (thread === null) return { kind: 'done' };
  const { execution, definition } = task;
  const { stepIndex, about } = effect;
  const view = { execution, definition, stepIndex };
  const note = about === 'ran' ? runNote(view).message : stepNote({ ...view, about });
  return resultOfPost(await messenger.post(thread, note, deliveryOf(effect)), null);
}

/** Tells whoever started the task how it ended: in its thread, or directly when they would not see that. */
export async function performOutcomeNote(
  { messenger, directory }: PerformerDeps,
  effect: EffectOf<'outcome-note'>,
  task: Task,
): Promise<EffectResult> {
  const target = await starterTarget(directory, task);
  if (target === null) return { kind: 'done' };
  const { execution, definition } = task;
  // What an agent that listens did has been said; only that it stopped is news.
  if (definition.listensTo !== undefined && execution.status !== 'FAILED') return { kind: 'done' };
  const isApart = target.channelId !== taskThread(task)?.channelId;
  const note = outcomeNote({ execution, definition, isApart });
  return resultOfPost(await messenger.post(target, note, deliveryOf(effect)), null);
}
