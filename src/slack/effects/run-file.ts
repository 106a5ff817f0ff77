import { simpleMessage } from '../../../blocks/elements.ts';
import { runNote } from '../../../blocks/run-note.ts';
import { outputFile } from '../../../blocks/run-output.ts';
import { tieToTask } from '../../../blocks/task-block.ts';
import { visitOf } from '../../../blocks/task-view.ts';
import { askKey } from '../../domain/effect.ts';
import { taskRef } from '../../domain/ids.ts';
import { parseRecipient } from '../../domain/recipient.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import { isFileInThread } from '../file-in-thread.ts';
import { uploadTextFile } from '../files.ts';
import { SlackRefused } from '../slack-call.ts';
import type { Target } from '../messenger.ts';
import { groupPlace, openStep, taskThread } from './conversations.ts';
import { deliveryOf, resultOfPost } from './delivery.ts';
import type { EffectOf, PerformerDeps } from './performer-deps.ts';

/** A text that a message had to cut, whole. `what` and `elsewhere`: what it is, and where it is without the file. */
interface WholeText {
  thread: Target;
  name: string;
  text: string;
  what: string;
  elsewhere: string;
}

/**
 * Puts the whole of what a message had to cut into its thread: what a run has handed on, or the calls that somebody is
 * asked about. A file carries no metadata, so one of its name in the thread counts as sent.
 */
export async function performRunFile(
  { client, messenger }: PerformerDeps,
  effect: EffectOf<'run-file'>,
  task: Task,
): Promise<EffectResult> {
  const { recipientIndex } = effect;
  const whole =
    recipientIndex === undefined ? outputOf(effect, task) : callsOf({ ...effect, recipientIndex }, task);
  if (whole === null) return { kind: 'done' };
  const { thread, name, text, what, elsewhere } = whole;
  try {
    const since = task.execution.createdAt;
    if (await isFileInThread(client, thread, { name, since })) return { kind: 'done' };
    await uploadTextFile(client, { ...thread, name, text, comment: `${what}: ${name}` });
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof SlackRefused)) throw error;
    const words = `Slack did not take the file with ${what.toLowerCase()} (${error.slackError}). ${elsewhere}`;
    const note = tieToTask(simpleMessage(words), task.execution.id);
    return resultOfPost(await messenger.post(thread, note, deliveryOf(effect)), null);
  }
}

/** Null when the note in the thread has all of it. */
function outputOf({ stepIndex }: EffectOf<'run-file'>, task: Task): WholeText | null {
  const { execution, definition } = task;
  const view = { execution, definition, stepIndex };
  const thread = taskThread(task);
  if (thread === null || runNote(view).isWhole) return null;
  const elsewhere = 'It stands in the task’s stack, in the API.';
  return { thread, ...outputFile(execution.id, visitOf(view)), what: 'The whole answer', elsewhere };
}

/** Null when the recipient is not asked about it any more, or their ask has all of it. */
function callsOf(
  { stepIndex, recipientIndex }: { stepIndex: number; recipientIndex: number },
  task: Task,
): WholeText | null {
  const visit = openStep(task, stepIndex);
  const approval = visit?.run?.approval ?? null;
  const asked = visit?.asks[recipientIndex];
  const message = task.messages[askKey(stepIndex, recipientIndex)];
  if (approval?.whole === undefined || asked?.closed !== null || message === undefined) return null;
  // A group is asked in the thread of the task; people and channels by a message of its own.
  const here = parseRecipient(asked.recipient)?.kind === 'handle' ? groupPlace(task) : null;
  const isInThread = here !== null && here.channelId === message.channelId && here.threadTs !== null;
  const thread = isInThread ? here : { channelId: message.channelId, threadTs: message.ts, label: 'the ask' };
  const name = `calls-${taskRef(task.execution.id)}-${approval.digest.slice(0, 8)}.txt`;
  const elsewhere = 'It stands on the task’s page of the board.';
  return { thread, name, text: approval.whole, what: 'The whole of the calls', elsewhere };
}
