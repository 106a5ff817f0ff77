import { noSuchTask } from '../../../../blocks/task-status.ts';
import type { TaskView } from '../../../../blocks/task-view.ts';
import {
  plainWordsMessage,
  whyMessage,
  whyOfActiveWorkflow,
  whyWorkflowMessage,
} from '../../../../blocks/why/why-message.ts';
import { explainWorkflow } from '../../../engine/explain/explain-task.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest, VerbArguments } from '../commands/command-request.ts';
import type { Reply } from '../reply/reply.ts';
import type { Requester } from '../requester.ts';
import { findTask, readView } from '../tasks/find-task.ts';

interface Asking {
  requester: Requester;
  reply: Reply;
}

/** *Why?* at a task. */
export async function showWhy(deps: SlackDeps, { requester, reply }: Asking, view: TaskView): Promise<void> {
  const why = await deps.why.ofTask(deps.engine, requester.orgId, view.execution.id);
  await reply.tell(whyMessage(view, why, { canRephrase: deps.plainWords.isAvailable }));
}

/** *Say it in plain words*: the model is asked after Slack was answered, because it may take its time. */
export async function showPlainWords(
  deps: SlackDeps,
  { requester, reply }: Asking,
  view: TaskView,
): Promise<void> {
  await reply.acknowledge();
  const { orgId, userId } = requester;
  const why = await deps.why.ofTask(deps.engine, orgId, view.execution.id);
  const text = await deps.plainWords.rephrase(orgId, `${view.execution.id}:${userId}`, why);
  await reply.tell(plainWordsMessage(view, why, text));
}

/** `why [task]`, or `why <workflow>`, which says why it starts no tasks, or that it does. */
export async function whyByRef(
  deps: SlackDeps,
  request: CommandRequest,
  { name }: VerbArguments,
): Promise<void> {
  const { requester, reply } = request;
  const { orgId } = requester;
  if (name === '') {
    await findTask(deps, requester, reply, { verb: 'why', ref: '', rest: '' });
    return;
  }
  const found = await deps.tasks.findByRef(orgId, name);
  if (found !== null) return showWhy(deps, request, await readView(deps, orgId, found.id));
  const match = await deps.workflows.match(orgId, name);
  if (match.kind !== 'one') return reply.tell(noSuchTask(name));
  const { workflow } = match;
  const why = explainWorkflow(workflow);
  await reply.tell(why === null ? whyOfActiveWorkflow(workflow) : whyWorkflowMessage(workflow, why));
}
