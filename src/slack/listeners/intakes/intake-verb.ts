import type { Workflow } from '../../../domain/workflow.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest } from '../commands/command-request.ts';
import { listIntakes } from './show-intakes.ts';

/** `/workflow intake refund`: its intakes, and a button for a new one. */
export async function showIntakes(
  deps: SlackDeps,
  { requester, reply }: CommandRequest,
  { id }: Workflow,
): Promise<void> {
  await reply.tell(await listIntakes(deps, requester, id));
}
