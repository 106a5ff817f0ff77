import { simpleMessage } from '../../../../blocks/elements.ts';
import { intakeFormBlocks, newIntakeView, readIntakeForm } from '../../../../blocks/intakes/intake-form.ts';
import { addDuration } from '../../../domain/duration.ts';
import type { Intake } from '../../../engine/intakes/intakes.ts';
import type { Manager } from '../../../engine/people/manager.ts';
import { AppError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { managerFor } from '../keys/show-keys.ts';
import { type Submission, markErrors } from '../views/submission.ts';
import { commandFor } from './show-intakes.ts';

const keyLifetime = '90d';

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
  const bearer = key === 'new' ? await makeKey(deps, by, intake) : null;
  if (!reply.isAcknowledged()) {
    const command = commandFor(deps, workflow, intake, bearer);
    return reply.replaceWith(newIntakeView({ name: intake.name, command, hasKey: bearer !== null, secret }));
  }
  const text =
    'The intake is there, and it took too long to show you its secret: delete it and make another.';
  await reply.tell(simpleMessage(text));
}

async function makeKey(deps: SlackDeps, by: Manager, { orgId, name }: Intake): Promise<string | null> {
  const { userId } = by.access;
  if (userId === null) return null;
  const expiresAt = addDuration(deps.clock.now(), keyLifetime);
  const request = { name: `Intake ${name}`, owner: { kind: 'user', userId }, expiresAt } as const;
  return (await deps.apiKeys.create(by, orgId, request)).bearer;
}
