import { boardLinkMessage } from '../../../../blocks/board-link.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest, VerbArguments } from '../commands/command-request.ts';
import { findNamedWorkflow } from '../commands/match-workflow.ts';

/** `board [name]`: a link to the board, or to one workflow on it, that only this person gets to see. */
export async function showBoardLink(
  deps: SlackDeps,
  request: CommandRequest,
  given: VerbArguments,
): Promise<void> {
  const { requester, reply } = request;
  const workflow = given.name === '' ? null : await findNamedWorkflow(deps, request, 'board', given);
  if (given.name !== '' && workflow === null) return;
  const path = workflow === null ? '/board' : `/board/workflows/${workflow.id}`;
  const url = await deps.boardLinkFor(requester.orgId, requester.userId, path);
  await reply.tell(boardLinkMessage({ url, workflowName: workflow?.name ?? null }));
}
