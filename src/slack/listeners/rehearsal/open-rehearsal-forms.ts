import { decisionForm, decisionValues, hasDecisionForm } from '../../../../blocks/decision-form.ts';
import { reasonForm } from '../../../../blocks/reason-form.ts';
import { outputForm, saveForm } from '../../../../blocks/rehearsal/rehearsal-forms.ts';
import { rehearsalCallbacks } from '../../../../blocks/rehearsal/rehearsal-ids.ts';
import { startForm } from '../../../../blocks/start-form.ts';
import { askTitle } from '../../../../blocks/task-view.ts';
import type { modal } from '../../../../blocks/modal.ts';
import { findStep, outcomesOf } from '../../../domain/definition.ts';
import { currentStepExecution } from '../../../domain/execution.ts';
import type { JsonValue } from '../../../domain/json.ts';
import type { Move } from '../../../domain/rehearsal.ts';
import { endOf } from '../../../engine/simulate/play.ts';
import { ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import { openModal } from '../open-modal.ts';
import { readRehearsalClick } from './change-rehearsal.ts';
import { encodeRehearsalMetadata } from './rehearsal-metadata.ts';
import { type PlayedRehearsal, playStored, redrawRehearsal, requireRehearsal } from './show-rehearsal.ts';

type ModalView = ReturnType<typeof modal>;

/** The form or the reason of a decision, as the person would be asked for it. */
export async function openDecision(deps: SlackDeps, click: Click, actionId: string): Promise<void> {
  await openFor(deps, click, actionId, ({ definition, played: { execution } }, metadata, move) => {
    const stepExecution = currentStepExecution(execution);
    const step = findStep(definition, stepExecution?.stepId ?? null);
    if (stepExecution === undefined || step?.type !== 'HUMAN' || move?.type !== 'decide') return null;
    const outcome = outcomesOf(step).find(({ name }) => name === move.outcome);
    if (outcome === undefined) return null;
    const { label } = outcome;
    const form = hasDecisionForm(step, outcome.name)
      ? decisionForm({ step, outcome, stepExecution, values: decisionValues(stepExecution, ''), metadata })
      : reasonForm({ label, title: askTitle(stepExecution), required: true, metadata });
    return asRehearsal(form, rehearsalCallbacks.decision);
  });
}

/** What a model, a tool or a signal brings, typed. */
export async function openOutput(deps: SlackDeps, click: Click, actionId: string): Promise<void> {
  await openFor(deps, click, actionId, ({ definition, played: { execution, next } }, metadata) => {
    const step = findStep(definition, execution.pointer);
    return step === undefined ? null : outputForm(step, firstOutput(next), metadata);
  });
}

/** Other inputs to start over with. */
export async function openInputs(deps: SlackDeps, click: Click, actionId: string): Promise<void> {
  await openFor(deps, click, actionId, ({ definition, stored: { inputs } }, metadata) => {
    const workflow = { name: definition.name, description: '' };
    const form = startForm({ workflow, inputsSchema: definition.inputsSchema, metadata, values: inputs });
    return asRehearsal(form, rehearsalCallbacks.inputs);
  });
}

export async function openSave(deps: SlackDeps, click: Click, actionId: string): Promise<void> {
  await openFor(deps, click, actionId, ({ played: { execution }, stored: { moves } }, metadata) =>
    saveForm(endOf(execution), moves.length, metadata),
  );
}

/** Opens a form for a rehearsal as it stands; a button that is behind shows where it stands instead. */
async function openFor(
  deps: SlackDeps,
  { requester, reply, triggerId, value }: Click,
  actionId: string,
  toView: (rehearsal: PlayedRehearsal, metadata: string, move: Move | null) => ModalView | null,
): Promise<void> {
  const { rehearsalId, version, move } = readRehearsalClick(value);
  const rehearsal = await playStored(deps, await requireRehearsal(deps, requester, rehearsalId));
  if (rehearsal.stored.version !== version) {
    await reply.acknowledge();
    return redrawRehearsal(deps, rehearsal);
  }
  const view = toView(rehearsal, encodeRehearsalMetadata({ rehearsalId, version, move }), move);
  if (view === null) throw new ValidationError('The rehearsal is no longer there. Nothing changed.');
  await openModal(deps.connection.client, {
    triggerId,
    view,
    reply,
    again: { text: 'Open it again', actionId, value },
  });
}

/** A form of a task, marked as one of a rehearsal. */
function asRehearsal(view: ModalView, callbackId: string): ModalView {
  const note = {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: '🎭 This is a rehearsal: nothing in it is real.' }],
  } as const;
  return { ...view, callback_id: callbackId, blocks: [note, ...view.blocks] };
}

function firstOutput(next: readonly Move[]): JsonValue {
  for (const move of next) {
    if (move.type === 'answer') return move.output;
    if (move.type === 'signal') return move.payload;
  }
  return null;
}
