import {
  authoringActions,
  decodeStepAction,
  encodeStepAction,
  type StepAction,
} from '../../../../blocks/authoring/authoring-ids.ts';
import { stepNameFrom } from '../../../../blocks/step-name.ts';
import type { Definition, Step } from '../../../domain/definition.ts';
import { deriveId } from '../../../domain/ids.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import { openModal } from '../open-modal.ts';
import { actorFor } from '../requester.ts';
import { changeSteps, moveStep, requireStep } from './change-steps.ts';
import { readStep } from './find-step.ts';
import { deleteView, partView, stepView } from './open-authoring.ts';
import { requireEditor } from './require-editor.ts';
import { resourcesOfStep } from './resources-for.ts';
import { cardFor, showWorkflowCard } from './show-workflow-card.ts';

/** A choice in the menu of a step on a workflow's card. */
export async function useStepMenu(deps: SlackDeps, click: Click): Promise<void> {
  const action = decodeStepAction(click.value);
  if (action === null)
    throw new ValidationError('This button is from another version of Baton. Open the workflow again.');
  await requireEditor(deps, click.requester, action.workflowId);
  switch (action.verb) {
    case 'up':
    case 'down':
    case 'duplicate':
      return rearrangeFromCard(deps, click, { ...action, verb: action.verb });
    default:
      return openForm(deps, click, action);
  }
}

/** Moves or copies the step, in the workflow as it is now. @returns its id, or the copy's */
export async function rearrange(
  deps: SlackDeps,
  { requester }: Pick<Click, 'requester'>,
  action: StepAction & { verb: 'up' | 'down' | 'duplicate' },
): Promise<{ updated: Awaited<ReturnType<typeof readStep>> }> {
  const by = await actorFor(deps.connection.directory, requester);
  const { orgId } = requester;
  const copyId = deriveId('copy', action.stepId, action.revision);
  const changed = await changeSteps<never>(deps, orgId, action.workflowId, by, (definition) => ({
    steps:
      action.verb === 'duplicate' ? withCopy(definition, action.stepId, copyId) : moved(definition, action),
  }));
  if (changed.kind === 'refused') throw new Error('moving a step is never refused');
  const stepId = action.verb === 'duplicate' ? copyId : action.stepId;
  return { updated: { ...changed.updated, step: requireStep(changed.updated.definition, stepId) } };
}

async function rearrangeFromCard(
  deps: SlackDeps,
  click: Click,
  action: Parameters<typeof rearrange>[2],
): Promise<void> {
  const { updated } = await rearrange(deps, click, action);
  await click.reply.acknowledge();
  const shown = { stepId: updated.step.id };
  if (click.place.kind === 'ephemeral')
    return click.replaceEphemeral(await cardFor(deps, click.requester, click.place, updated, shown));
  await showWorkflowCard(deps, click.requester, click.place, updated, shown);
}

async function openForm(deps: SlackDeps, click: Click, action: StepAction): Promise<void> {
  const { requester, triggerId, reply, place: card } = click;
  const found = await readStep(deps, requester, action);
  const { verb } = action;
  const resources = await resourcesOfStep(deps, requester, found.step, verb === 'tool');
  const view =
    verb === 'edit' || verb === 'up' || verb === 'down' || verb === 'duplicate'
      ? stepView(deps, found, card, resources)
      : verb === 'delete'
        ? deleteView(found, card)
        : partView(deps, found, verb, { card, fromStep: false, resources });
  const again = {
    text: 'Open the form',
    actionId: authoringActions.stepMenu,
    value: encodeStepAction(action),
  };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

function moved({ steps }: Definition, { stepId, verb }: StepAction): Step[] {
  const index = steps.findIndex(({ id }) => id === stepId);
  if (index === -1) requireStep({ steps } as Definition, stepId);
  return moveStep(steps, stepId, verb === 'up' ? index - 1 : index + 1);
}

/** A click that comes twice makes one copy: its id follows from the step and the card that was clicked. */
function withCopy(definition: Definition, stepId: string, copyId: string): Step[] {
  const { steps } = definition;
  if (steps.some(({ id }) => id === copyId)) return [...steps];
  const step = requireStep(definition, stepId);
  const names = steps.map(({ name }) => name);
  const copy: Step = { ...step, id: copyId, name: stepNameFrom(step.name, names) };
  const index = steps.indexOf(step);
  return [...steps.slice(0, index + 1), copy, ...steps.slice(index + 1)];
}
