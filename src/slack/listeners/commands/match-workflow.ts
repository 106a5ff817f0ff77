import { ambiguousName, didYouMean } from '../../../../blocks/menu.ts';
import type { Verb } from '../../../../blocks/verbs.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { CommandRequest, VerbArguments } from './command-request.ts';
import { writeValues } from './write-values.ts';

const maxWordsTried = 5;

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
      const near =
        match.suggestion === null
          ? await matchBeginning(workflows, requester.orgId, name)
          : [match.suggestion];
      if (near.length > 1) {
        await reply.tell(ambiguousName({ verb, workflows: near, rest }));
        return null;
      }
      const workflow = near[0] ?? null;
      const suggestion = workflow === null ? null : ({ kind: 'workflow', workflow, verb, rest } as const);
      await reply.tell(didYouMean({ typed: name, suggestion }));
      return null;
    }
  }
}

/** `start refund Acme`: what is meant by the first words, when what follows belongs to no name. */
async function matchBeginning(
  workflows: SlackDeps['workflows'],
  orgId: string,
  name: string,
): Promise<Workflow[]> {
  const words = name.split(' ');
  for (let count = Math.min(words.length - 1, maxWordsTried); count > 0; count -= 1) {
    const match = await workflows.match(orgId, words.slice(0, count).join(' '));
    if (match.kind === 'one') return [match.workflow];
    if (match.kind === 'several') return match.workflows;
  }
  return [];
}
