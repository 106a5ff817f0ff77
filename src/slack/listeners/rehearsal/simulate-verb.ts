import { whichWorkflow } from '../../../../blocks/menu.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest, VerbArguments } from '../commands/command-request.ts';
import { findNamedWorkflow } from '../commands/match-workflow.ts';
import { beginRehearsal } from './begin-rehearsal.ts';

/** `simulate <name> [input=value …]` */
export async function simulateByName(
  deps: SlackDeps,
  request: CommandRequest,
  given: VerbArguments,
): Promise<void> {
  const { requester, reply } = request;
  if (given.name === '') {
    const workflows = await deps.workflows.list(requester.orgId);
    return reply.tell(whichWorkflow({ verb: 'simulate', workflows }));
  }
  const workflow = await findNamedWorkflow(deps, request, 'simulate', given);
  if (workflow !== null) await beginRehearsal(deps, request, workflow.id, given.values);
}
