import { type Decision, encodeDecision } from '../../../../blocks/action-ids.ts';
import { decisionForm, decisionValues, hasDecisionForm } from '../../../../blocks/decision-form.ts';
import { reasonForm } from '../../../../blocks/reason-form.ts';
import { askTitle } from '../../../../blocks/task-view.ts';
import { findStep, outcomesOf } from '../../../domain/definition.ts';
import { Refusal, type RefusalReason } from '../../../domain/refusal.ts';
import type { ExecutionCommand, ReadExecution } from '../../../engine/engine.ts';
import { transition } from '../../../engine/transition.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { encodeMetadata } from '../form-metadata.ts';
import { openModal } from '../open-modal.ts';
import type { Click } from './click.ts';

/** What the engine checks last: whoever is refused for one of these may decide, and lacks only the form. */
const formHelps = new Set<RefusalReason['kind']>([
  'comment-required',
  'form-required',
  'output-invalid',
  'already-voted',
]);

/**
 * True when the person may choose this outcome, and is to fill in its form, or give its reason, first. What the
 * engine would say is found out without changing anything.
 *
 * @throws Refusal when they may not
 */
export function isAnsweredByForm(
  { state, definition }: Pick<ReadExecution, 'state' | 'definition'>,
  command: ExecutionCommand,
  now: Date,
): boolean {
  if (command.type !== 'decide') return false;
  const visit = state.stack.find(({ id }) => id === command.stepExecutionId);
  const step = findStep(definition, visit?.stepId ?? null);
  if (step?.type !== 'HUMAN') return false;
  const hasForm = hasDecisionForm(step, command.outcome);
  const outcome = outcomesOf(step).find(({ name }) => name === command.outcome);
  if (!hasForm && outcome?.requireComment !== true) return false;
  try {
    transition(definition, state, command, now);
  } catch (error) {
    if (!(error instanceof Refusal) || !formHelps.has(error.reason.kind)) throw error;
  }
  return true;
}

/** Asks for the fields and the reason of a decision. The form is pinned to what was seen when it was opened. */
export async function openDecisionForm(
  deps: SlackDeps,
  { requester, triggerId, reply }: Click,
  actionId: string,
  decision: Decision,
  { state, definition }: Pick<ReadExecution, 'state' | 'definition'>,
): Promise<void> {
  const { executionId, stepExecutionId, outcome: name, digest = null } = decision;
  const stepExecution = state.stack.find(({ id }) => id === stepExecutionId);
  const step = findStep(definition, stepExecution?.stepId ?? null);
  if (stepExecution === undefined || step?.type !== 'HUMAN' || name === null) return;
  const outcome = outcomesOf(step).find((candidate) => candidate.name === name);
  if (outcome === undefined) return;
  const { label } = outcome;
  const metadata = encodeMetadata({ executionId, stepExecutionId, outcome: name, digest });
  const view = hasDecisionForm(step, name)
    ? decisionForm({
        step,
        outcome,
        stepExecution,
        values: decisionValues(stepExecution, requester.userId),
        metadata,
      })
    : reasonForm({ label, title: askTitle(stepExecution), required: true, metadata });
  const again = { text: label, actionId, value: encodeDecision(decision) };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}
