import { askMessage } from '../../../../blocks/ask.ts';
import { section } from '../../../../blocks/elements.ts';
import type { Message } from '../../../../blocks/message.ts';
import { isOpen, type TaskView } from '../../../../blocks/task-view.ts';
import type { Person } from '../../../domain/actor.ts';
import { entitlingAssignees } from '../../../domain/asks.ts';
import { findStep } from '../../../domain/definition.ts';
import { findExclusion } from '../../../domain/exclusion.ts';
import { currentStepExecution } from '../../../domain/execution.ts';
import type { AnswerReply } from '../../answer-words.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Reply } from '../reply/reply.ts';
import { type Requester, identify } from '../requester.ts';
import { tasksOfMessage } from '../tasks/tasks-of-message.ts';

const hint = 'I cannot take that as an answer: only the buttons count. Here they are, for you alone.';

/**
 * Somebody wrote "approved" below an ask: whoever may decide gets its buttons, which nobody else sees. Text never
 * decides, and whoever may not decide is not disturbed.
 */
export async function offerButtons(
  deps: SlackDeps,
  { requester, reply }: { requester: Requester; reply: Reply },
  { channelId, threadTs }: AnswerReply,
): Promise<void> {
  const tasks = await tasksOfMessage(deps, requester, channelId, { thread_ts: threadTs });
  for (const task of tasks) {
    const message = await ownAsk(deps, requester, task);
    if (message !== null) await reply.tell(message);
  }
}

async function ownAsk(deps: SlackDeps, requester: Requester, task: TaskView): Promise<Message | null> {
  const { execution, definition } = task;
  const current = currentStepExecution(execution);
  const step = findStep(definition, current?.stepId ?? null);
  if (current === undefined || step === undefined || !isOpen(execution, current)) return null;
  const person = await identify(deps.connection.directory, requester, current.assignees);
  const recipientIndex = indexFor(current, person);
  if (recipientIndex === -1 || findExclusion(execution, step, person.userId) !== null) return null;
  const ask = askMessage({ ...task, stepIndex: current.index, recipientIndex, isPrivate: true });
  return { text: `${hint} ${ask.text}`, blocks: [section(hint), ...ask.blocks] };
}

/** The place of the open ask that entitles them; -1 when none does. */
function indexFor(current: NonNullable<ReturnType<typeof currentStepExecution>>, person: Person): number {
  const [recipient] = entitlingAssignees(current, person);
  return current.asks.findIndex((ask) => ask.closed === null && ask.recipient === recipient);
}
