import { ambiguousName, didYouMean } from '../../../../blocks/menu.ts';
import type { Verb } from '../../../../blocks/verbs.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest, VerbArguments } from './command-request.ts';
import { writeValues } from './write-values.ts';

/**
 * The workflow that is meant by a name, or the beginning of one. An ambiguous name offers buttons, a slip
 * the nearest name; both keep what else was typed.
 *
 * @returns null when the person was told instead
 */
export async function findNamedWorkflow(
  { workflows }: SlackDeps,
  { requester, reply }: CommandRequest,
  verb: Verb,
  { name, values }: VerbArguments,
): Promise<Workflow | null> {
  const rest = writeValues(values);
  const match = await workflows.match(requester.orgId, name);
  switch (match.kind) {
    case 'one':
      return match.workflow;
    case 'several':
      await reply.tell(ambiguousName({ verb, workflows: match.workflows, rest }));
      return null;
    case 'none': {
      const workflow = match.suggestion;
      const suggestion = workflow === null ? null : ({ kind: 'workflow', workflow, verb, rest } as const);
      await reply.tell(didYouMean({ typed: name, suggestion }));
      return null;
    }
  }
}
