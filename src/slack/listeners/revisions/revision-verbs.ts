import { whichWorkflow } from '../../../../blocks/menu.ts';
import type { Verb } from '../../../../blocks/verbs.ts';
import type { JsonObject } from '../../../domain/json.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest, VerbArguments, VerbHandler } from '../commands/command-request.ts';
import { findNamedWorkflow } from '../commands/match-workflow.ts';
import { listChangeable } from '../tasks/may.ts';
import { showBacktest, showDiff, showMoves } from './revision-handlers.ts';

type RevisionVerb = Extract<Verb, 'diff' | 'backtest' | 'move'>;

/** One entry per verb about the revisions of a workflow. */
export const revisionVerbs: Readonly<Record<RevisionVerb, VerbHandler>> = {
  diff: (deps, request, given) =>
    withWorkflow(deps, request, given, 'diff', ({ id }) =>
      showDiff(deps, request, id, {
        from: numberOf(given.values, 'from'),
        to: numberOf(given.values, 'to'),
      }),
    ),
  backtest: (deps, request, given) =>
    withWorkflow(deps, request, given, 'backtest', ({ id }) => showBacktest(deps, request, id)),
  move: (deps, request, given) =>
    withWorkflow(deps, request, given, 'move', ({ id }) => showMoves(deps, request, id)),
};

async function withWorkflow(
  deps: SlackDeps,
  request: CommandRequest,
  given: VerbArguments,
  verb: RevisionVerb,
  act: (workflow: Workflow) => Promise<void>,
): Promise<void> {
  if (given.name === '') {
    const all = await deps.workflows.list(request.requester.orgId);
    const workflows = verb === 'move' ? await listChangeable(deps, request.requester, all) : all;
    return request.reply.tell(whichWorkflow({ verb, workflows }));
  }
  const workflow = await findNamedWorkflow(deps, request, verb, given);
  if (workflow !== null) await act(workflow);
}

/** @throws ValidationError for what is no number of a revision */
function numberOf(values: JsonObject, key: string): number | null {
  const value = values[key];
  if (value === undefined) return null;
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new ValidationError(`${key} is the number of a revision, such as ${key}=2.`);
}
