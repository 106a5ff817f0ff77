import { simpleMessage } from '../../../../blocks/elements.ts';
import { commandFor } from '../../../../blocks/intakes/intake-command.ts';
import { intakeFormBlocks, newIntakeView, readIntakeForm } from '../../../../blocks/intakes/intake-form.ts';
import type { Intake } from '../../../engine/intakes/intakes.ts';
import { makeIntakeKey } from '../../../engine/intakes/make-intake-key.ts';
import { AppError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { managerFor } from '../keys/show-keys.ts';
import { type Submission, markErrors } from '../views/submission.ts';

/** Makes the intake and shows, in the form's own place, what is shown once: its secret, and a key if one was asked for. */
export async function submitIntake(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const workflowId = view.private_metadata;
  const { name, key } = readIntakeForm(view.state.values);
  const by = await managerFor(deps, requester);
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  let made: { intake: Intake; secret: string | null };
  try {
    const settings = { inputsTemplate: null, outputTemplate: null };
    made = await deps.intakes.create(by, workflowId, { name, settings });
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    await markErrors(submission, { [intakeFormBlocks.name]: error.message });
    return;
  }
  const { intake, secret } = made;
  const bearer = key === 'new' ? await makeIntakeKey(deps, by, intake) : null;
  if (!reply.isAcknowledged()) {
    const command = commandFor(deps.publicUrl, workflow, intake, bearer);
    return reply.replaceWith(newIntakeView({ name: intake.name, command, hasKey: bearer !== null, secret }));
  }
  const text =
    'The intake is there, and it took too long to show you its secret: delete it and make another.';
  await reply.tell(simpleMessage(text));
}
