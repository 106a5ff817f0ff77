import { awayActions } from '../../../../blocks/away/away-ids.ts';
import { handedOverNotice } from '../../../../blocks/away/away-notices.ts';
import { refusalNotice } from '../../../../blocks/notices.ts';
import { taskName } from '../../../../blocks/task-view.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import type { Click } from '../actions/click.ts';
import { identify } from '../requester.ts';
import { readView } from '../tasks/find-task.ts';
import { openAwayForm } from './open-away-form.ts';
import { listOwnAsks } from './own-asks.ts';
import { changeSettings } from './set-away.ts';

/** The buttons about being away. */
export const awayHandlers: readonly ClickHandler[] = [
  { match: awayActions.open, handle: openAwayForm },
  { match: awayActions.back, handle: (deps, click) => changeSettings(deps, click, { away: null }) },
  { match: awayActions.handOver, handle: handOver },
];

/** Has somebody else asked in this person's place, wherever they are asked themselves. */
async function handOver(deps: SlackDeps, { requester, reply, value: to }: Click): Promise<void> {
  const { orgId } = requester;
  const asks = await listOwnAsks(deps, requester);
  const by = await identify(
    deps.connection.directory,
    requester,
    asks.map(({ recipient }) => recipient),
  );
  const problems: string[] = [];
  let handed = 0;
  for (const { executionId, stepExecutionId, recipient: from } of asks) {
    try {
      const command = { type: 'delegate', stepExecutionId, from, to, reason: 'away', by } as const;
      await deps.engine.execute(orgId, executionId, command);
      handed += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const view = await readView(deps, orgId, executionId);
      problems.push(`${taskName(view.execution)}: ${refusalNotice(error.reason, { view }).text}`);
    }
  }
  await reply.tell(handedOverNotice({ to, handed, problems }));
}
