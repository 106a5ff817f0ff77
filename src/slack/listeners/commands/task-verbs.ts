import { taskStatusDetail } from '../../../../blocks/task-status.ts';
import { splitPeople } from '../../../../blocks/reassign-form.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { ValidationError } from '../../../errors.ts';
import { identify } from '../requester.ts';
import { findTask } from '../tasks/find-task.ts';
import { openReassignForm, reassignTask } from '../tasks/reassign-task.ts';
import { giveCommand, openCancelForm, retryTask } from '../tasks/steer-task.ts';
import { tellDone } from '../tasks/tell-done.ts';
import type { CommandRequest, VerbArguments } from './command-request.ts';
import { quoteWord, writeValues } from './write-values.ts';

/** `status [task]` */
export async function showByRef(
  deps: SlackDeps,
  { requester, reply }: CommandRequest,
  { name }: VerbArguments,
): Promise<void> {
  const view = await findTask(deps, requester, reply, { verb: 'status', ref: name, rest: '' });
  if (view !== null) await reply.tell(taskStatusDetail(view));
}

/** `cancel [task] [reason=…]`: with a reason at once, else the form asks whether it is meant, and why. */
export async function cancelByRef(
  deps: SlackDeps,
  request: CommandRequest,
  { name, values }: VerbArguments,
): Promise<void> {
  const { requester, reply } = request;
  const { ref, words } = splitRef(name);
  const reason = textOf(values, 'reason') || words;
  const rest = reason === '' ? '' : `reason=${quoteWord(reason)}`;
  const view = await findTask(deps, requester, reply, { verb: 'cancel', ref, rest });
  if (view === null) return;
  if (textOf(values, 'reason') === '') return openCancelForm(deps, request, view, reason);
  const by = await identify(deps.connection.directory, requester, []);
  const done = await giveCommand(deps, request, view, { type: 'cancel', reason, by });
  if (done !== null) await tellDone(reply, view, 'cancelled');
}

/** `retry [task] [from=step|start]` */
export async function retryByRef(
  deps: SlackDeps,
  { requester, reply }: CommandRequest,
  { name, values }: VerbArguments,
): Promise<void> {
  const { ref } = splitRef(name);
  const view = await findTask(deps, requester, reply, { verb: 'retry', ref, rest: writeValues(values) });
  if (view !== null) await retryTask(deps, { requester, reply }, view, readFrom(values));
}

/** `reassign [task] [to=…] [from=…] [note=…]`: at once when it says to whom, else the form asks. */
export async function reassignByRef(
  deps: SlackDeps,
  request: CommandRequest,
  { name, values }: VerbArguments,
): Promise<void> {
  const { requester, reply } = request;
  const { ref, words } = splitRef(name);
  const view = await findTask(deps, requester, reply, { verb: 'reassign', ref, rest: writeValues(values) });
  if (view === null) return;
  const to = splitPeople(textOf(values, 'to'));
  const note = textOf(values, 'note') || words;
  if (to.length === 0) return openReassignForm(deps, request, view, { to, note });
  const from = textOf(values, 'from');
  await reassignTask(deps, request, view, {
    stepExecutionId: null,
    from: from === '' ? null : from,
    to,
    note: note === '' ? null : note,
  });
}

/** `4f02ab it is a duplicate`: the number of the task, and what is said about it. */
function splitRef(name: string): { ref: string; words: string } {
  const [ref = '', ...words] = name.split(' ');
  return { ref, words: words.join(' ') };
}

function readFrom(values: JsonObject): 'step' | 'start' {
  const from = textOf(values, 'from').toLowerCase();
  if (from === '' || from === 'step') return 'step';
  if (from === 'start' || from === 'beginning') return 'start';
  throw new ValidationError('A task is retried from=step, where it stopped, or from=start. Nothing changed.');
}

function textOf(values: JsonObject, key: string): string {
  const found = Object.entries(values).find(([name]) => name.toLowerCase() === key)?.[1];
  return typeof found === 'string' ? found.trim() : '';
}
