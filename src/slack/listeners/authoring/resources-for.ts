import { noResources, type StepResources } from '../../../domain/step-resources.ts';
import { type Definition, isRunStep, type Step, type StepType } from '../../../domain/definition.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Requester } from '../requester.ts';

/** What a form of such a step has to know: nothing where people do it. `toolsOf`: the servers that are asked for their tools. */
export async function resourcesFor(
  { resources }: SlackDeps,
  { orgId }: Pick<Requester, 'orgId'>,
  type: StepType,
  toolsOf: readonly string[] | 'all' = [],
): Promise<StepResources> {
  switch (type) {
    case 'HUMAN':
    case 'USER_MESSAGE':
    case 'WAIT':
      return noResources;
    case 'PROMPT':
    case 'AGENT':
      return resources.read(orgId);
    case 'TOOL':
      return resources.read(orgId, { toolsOf });
  }
}

/** The same for a step that is there: the server of its own tool is asked, or all of them where it may be exchanged. */
export async function resourcesOfStep(
  deps: SlackDeps,
  requester: Pick<Requester, 'orgId'>,
  step: Step,
  isExchanged = false,
): Promise<StepResources> {
  const own = step.type === 'TOOL' ? [step.toolServer] : [];
  return resourcesFor(deps, requester, step.type, isExchanged ? 'all' : own);
}

/** What the card of a workflow says of models and tools; null where no step needs any. */
export async function resourcesForCard(
  { resources }: SlackDeps,
  { orgId, steps }: Pick<Definition, 'orgId' | 'steps'>,
): Promise<StepResources | null> {
  return steps.some(isRunStep) ? resources.read(orgId) : null;
}
