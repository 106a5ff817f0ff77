import { simpleMessage } from '../../../../blocks/elements.ts';
import { keyFormBlocks, newKeyView, readKeyForm } from '../../../../blocks/keys/key-form.ts';
import { addDuration } from '../../../domain/duration.ts';
import type { IssuedKey, NewApiKey } from '../../../engine/people/api-keys.ts';
import { PermissionError, ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { type Submission, markErrors } from '../views/submission.ts';
import { managerFor } from './show-keys.ts';

/** Makes the key and shows it once, in the form's own place, which only this person sees. */
export async function submitKeyForm(deps: SlackDeps, submission: Submission): Promise<void> {
  const { requester, reply, view } = submission;
  const { orgId, userId } = requester;
  const { name, expiresIn, teamId } = readKeyForm(view.state.values);
  const request: NewApiKey = {
    name,
    owner: teamId === null ? { kind: 'user', userId } : { kind: 'team', teamId },
    expiresAt: expiresIn === null ? null : addDuration(deps.clock.now(), expiresIn),
  };
  const by = await managerFor(deps, requester);
  let issued: IssuedKey;
  try {
    issued = await deps.apiKeys.create(by, orgId, request);
  } catch (error) {
    if (!(error instanceof ValidationError || error instanceof PermissionError)) throw error;
    const place = error instanceof PermissionError ? keyFormBlocks.owner : keyFormBlocks.name;
    await markErrors(submission, { [place]: error.message });
    return;
  }
  if (!reply.isAcknowledged()) return reply.replaceWith(newKeyView(issued.bearer));
  // The form is closed by now, and a message would keep the key where others may find it.
  await deps.apiKeys.revoke(by, orgId, issued.key.id);
  await reply.tell(
    simpleMessage('That took too long to show you the key, so it was revoked. Please try again.'),
  );
}
