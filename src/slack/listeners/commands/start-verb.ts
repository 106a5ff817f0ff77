import type { SlackDeps } from '../../slack-deps.ts';
import { startRows } from '../batches/start-rows.ts';
import { showList } from '../shared/show-messages.ts';
import { startOrAsk } from '../tasks/start-task.ts';
import type { CommandRequest, VerbArguments } from './command-request.ts';
import { findNamedWorkflow } from './match-workflow.ts';
import { writeValues } from './write-values.ts';

/** `start <name> [key=value …]` */
export async function startByName(
  deps: SlackDeps,
  request: CommandRequest,
  given: VerbArguments,
): Promise<void> {
  if (given.name === '') return showList(deps, request.requester, request.reply);
  const workflow = await findNamedWorkflow(deps, request, 'start', given);
  if (workflow === null) return;
  const { values } = given;
  if (await startRows(deps, request, workflow, values)) return;
  await startOrAsk(deps, { ...request, workflowId: workflow.id, values, typed: writeValues(values) });
}
