import { simpleMessage } from '../../../../blocks/elements.ts';
import { type TaskView, taskName } from '../../../../blocks/task-view.ts';
import type { Reply } from '../reply/reply.ts';

/** Confirms what was done, where no form has closed to say so. */
export async function tellDone(reply: Reply, { execution }: TaskView, what: 'cancelled'): Promise<void> {
  await reply.tell(simpleMessage(`🚫 ${taskName(execution)} is ${what}. Nothing more happens.`));
}
