import { readDecisionForm } from '../../../../blocks/decision-form.ts';
import { bold, simpleMessage } from '../../../../blocks/elements.ts';
import { clip } from '../../../../blocks/escape.ts';
import { readReasonForm } from '../../../../blocks/reason-form.ts';
import { nameBlockId, readOutputForm, readSaveForm } from '../../../../blocks/rehearsal/rehearsal-forms.ts';
import { rehearsalCallbacks } from '../../../../blocks/rehearsal/rehearsal-ids.ts';
import { scenariosLine } from '../../../../blocks/rehearsal/scenario-lines.ts';
import { readStartForm } from '../../../../blocks/start-form.ts';
import { findStep } from '../../../domain/definition.ts';
import { currentStepExecution } from '../../../domain/execution.ts';
import type { JsonValue } from '../../../domain/json.ts';
import { Move, Scenario } from '../../../domain/rehearsal.ts';
import { addScenario } from '../../../engine/workflows/scenarios.ts';
import { endOf } from '../../../engine/simulate/play.ts';
import { ConflictError, ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { decodeMetadata } from '../form-metadata.ts';
import { actorFor } from '../requester.ts';
import { type Submission, markErrors } from '../views/submission.ts';
import { changeRehearsal, withMove } from './change-rehearsal.ts';
import { RehearsalMetadata } from './rehearsal-metadata.ts';
import { type PlayedRehearsal, playStored, requireRehearsal } from './show-rehearsal.ts';

type Submit = (deps: SlackDeps, submission: Submission) => Promise<void>;

/** One entry per form of a rehearsal. */
export const rehearsalSubmissions: Readonly<Record<string, Submit>> = {
  [rehearsalCallbacks.decision]: submitDecision,
  [rehearsalCallbacks.output]: submitOutput,
  [rehearsalCallbacks.inputs]: submitInputs,
  [rehearsalCallbacks.save]: submitSave,
};

async function submitDecision(deps: SlackDeps, submission: Submission): Promise<void> {
  const { metadata, rehearsal } = await read(deps, submission);
  const { definition, played } = rehearsal;
  const visit = currentStepExecution(played.execution);
  const step = findStep(definition, visit?.stepId ?? null);
  const { move } = metadata;
  if (visit === undefined || step?.type !== 'HUMAN' || move?.type !== 'decide') throw isGone();
  const values = submission.view.state.values;
  const hasForm = submission.view.blocks.some((block) => block.block_id === '/reason');
  const form = readDecisionForm(step, values, visit.prefilled);
  if (hasForm && Object.keys(form.errors).length > 0 && (await markErrors(submission, form.errors))) return;
  const filled = hasForm
    ? { output: form.output as JsonValue, comment: form.comment }
    : { comment: readReasonForm(values) };
  await changeRehearsal(deps, submission, metadata, (stored) => withMove(stored, { ...move, ...filled }));
}

async function submitOutput(deps: SlackDeps, submission: Submission): Promise<void> {
  const { metadata, rehearsal } = await read(deps, submission);
  const { execution } = rehearsal.played;
  const step = findStep(rehearsal.definition, execution.pointer);
  if (step === undefined) throw isGone();
  const output = readOutputForm(submission.view.state.values);
  const at = { step: step.name };
  const raw =
    step.type === 'WAIT'
      ? { type: 'signal', ...at, name: step.signal ?? '', payload: output }
      : { type: 'answer', ...at, output };
  await changeRehearsal(deps, submission, metadata, (stored) => withMove(stored, Move.parse(raw)));
}

async function submitInputs(deps: SlackDeps, submission: Submission): Promise<void> {
  const { metadata, rehearsal } = await read(deps, submission);
  const { inputsSchema } = rehearsal.definition;
  const { inputs, errors } = readStartForm(inputsSchema, submission.view.state.values, {});
  if (Object.keys(errors).length > 0 && (await markErrors(submission, errors))) return;
  await changeRehearsal(deps, submission, metadata, () => ({ inputs, moves: [] }));
}

/** The rehearsal as it stands becomes what the workflow is to do from now on. */
async function submitSave(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { rehearsal } = await read(deps, submission);
  const { stored, played } = rehearsal;
  const name = readSaveForm(view.state.values);
  const by = await actorFor(deps.connection.directory, requester);
  const { orgId, workflowId: id, inputs, moves, startedBy } = stored;
  const scenario = Scenario.parse({
    name,
    inputs,
    ...(startedBy.kind === 'person' ? { startedBy: startedBy.userId } : {}),
    moves,
    expect: endOf(played.execution),
  });
  try {
    const after = await addScenario(deps.workflows, { orgId, id }, scenario, by);
    await reply.acknowledge();
    const results = await deps.rehearsals.checkScenarios(after);
    const said = `Saved as the scenario ${bold(clip(name, 100))} of ${bold(clip(after.workflow.name, 200))}.`;
    await submission.tellDirectly(simpleMessage(`${said} ${scenariosLine(after, results)}.`));
  } catch (error) {
    if (!(error instanceof ConflictError) || error.code !== 'name-taken') throw error;
    await markErrors(submission, { [nameBlockId]: 'There is a scenario of this name already.' });
  }
}

async function read(
  deps: SlackDeps,
  { requester, view }: Submission,
): Promise<{ metadata: RehearsalMetadata; rehearsal: PlayedRehearsal }> {
  const metadata = decodeMetadata(RehearsalMetadata, view.private_metadata);
  const stored = await requireRehearsal(deps, requester, metadata.rehearsalId);
  return { metadata, rehearsal: await playStored(deps, stored) };
}

function isGone(): ValidationError {
  return new ValidationError('The rehearsal has gone on meanwhile. Nothing changed.');
}
