import { simpleMessage } from '../../../blocks/elements.ts';
import { runNote } from '../../../blocks/run-note.ts';
import { outputFile } from '../../../blocks/run-output.ts';
import { tieToTask } from '../../../blocks/task-block.ts';
import { visitOf } from '../../../blocks/task-view.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import { isFileInThread } from '../file-in-thread.ts';
import { uploadTextFile } from '../files.ts';
import { SlackRefused } from '../slack-call.ts';
import { taskThread } from './conversations.ts';
import { deliveryOf, resultOfPost } from './delivery.ts';
import type { EffectOf, PerformerDeps } from './performer-deps.ts';

/**
 * Puts the whole of what a run has handed on into the task's thread, when the note there had to cut it. A file
 * carries no metadata, so one of its name in the thread counts as sent.
 */
export async function performRunFile(
  { client, messenger }: PerformerDeps,
  effect: EffectOf<'run-file'>,
  task: Task,
): Promise<EffectResult> {
  const { execution, definition } = task;
  const view = { execution, definition, stepIndex: effect.stepIndex };
  const thread = taskThread(task);
  if (thread === null || runNote(view).isWhole) return { kind: 'done' };
  const { name, text } = outputFile(execution.id, visitOf(view));
  try {
    const since = execution.createdAt;
    if (await isFileInThread(client, thread, { name, since })) return { kind: 'done' };
    const comment = `The whole answer: ${name}`;
    await uploadTextFile(client, { ...thread, name, text, comment });
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof SlackRefused)) throw error;
    const words = `Slack did not take the file with the whole answer (${error.slackError}). It stands in the task’s stack, in the API.`;
    const note = tieToTask(simpleMessage(words), execution.id);
    return resultOfPost(await messenger.post(thread, note, deliveryOf(effect)), null);
  }
}
