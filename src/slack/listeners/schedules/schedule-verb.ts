import { simpleMessage } from '../../../../blocks/elements.ts';
import { inline } from '../../../../blocks/escape.ts';
import { whichWorkflow } from '../../../../blocks/menu.ts';
import { readScheduleWords } from '../../../domain/schedule-words.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest, VerbArguments } from '../commands/command-request.ts';
import { findNamedWorkflow } from '../commands/match-workflow.ts';
import { openScheduleForm } from './open-schedule-form.ts';
import { listSchedules } from './show-schedules.ts';

const maxNameWords = 10;

/**
 * `/workflow schedule weekly-summary` lists its schedules; with a time behind the name, such as `every Monday at 9am`,
 * the form for a new one opens, filled in.
 */
export async function scheduleByName(
  deps: SlackDeps,
  request: CommandRequest,
  given: VerbArguments,
): Promise<void> {
  const { requester, reply, channelId } = request;
  if (given.name === '') {
    const workflows = await deps.workflows.list(requester.orgId);
    return reply.tell(whichWorkflow({ verb: 'schedule', workflows }));
  }
  const split = await splitName(deps, requester.orgId, given.name);
  if (split === null) {
    const workflow = await findNamedWorkflow(deps, request, 'schedule', given);
    if (workflow !== null) await reply.tell(await listSchedules(deps, requester, workflow.id));
    return;
  }
  const { workflow, when } = split;
  if (when === '') return reply.tell(await listSchedules(deps, requester, workflow.id));
  const reading = readScheduleWords(when);
  if (!reading.ok) return reply.tell(simpleMessage(inline(reading.problem)));
  await openScheduleForm(deps, request, { workflowId: workflow.id, when, channelId });
}

/** The workflow that the first words name, and what stands behind them; null when they name none, or several. */
async function splitName(
  { workflows }: SlackDeps,
  orgId: string,
  text: string,
): Promise<{ workflow: Workflow; when: string } | null> {
  const words = text.split(' ');
  for (let count = Math.min(words.length, maxNameWords); count > 0; count -= 1) {
    const match = await workflows.match(orgId, words.slice(0, count).join(' '));
    if (match.kind === 'one') return { workflow: match.workflow, when: words.slice(count).join(' ') };
  }
  return null;
}
