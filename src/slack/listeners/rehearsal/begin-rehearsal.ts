import { readGivenValues } from '../../../../blocks/given-values.ts';
import { bold, simpleMessage } from '../../../../blocks/elements.ts';
import { clip } from '../../../../blocks/escape.ts';
import { rehearsalMessage } from '../../../../blocks/rehearsal/rehearsal-message.ts';
import type { StoredRehearsal } from '../../../../models/rehearsal-store.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { matchesSchema } from '../../../domain/json-schema.ts';
import { deriveId } from '../../../domain/ids.ts';
import { RetryableError, ValidationError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { FormRequest } from '../shared/open-forms.ts';
import { actorFor } from '../requester.ts';
import { playStored, viewOf } from './show-rehearsal.ts';

/**
 * Begins a rehearsal in a direct message, which only this person sees. Inputs that are not given are made up.
 *
 * @param values as they were typed, as texts or as the workflow's inputs have them
 * @throws NotFoundError; ValidationError when no inputs are found that fit
 */
export async function beginRehearsal(
  deps: SlackDeps,
  { requester, reply, triggerId }: FormRequest,
  workflowId: string,
  values: JsonObject,
): Promise<void> {
  const { orgId, userId } = requester;
  const { workflow, definition } = await deps.workflows.get(orgId, workflowId);
  const startedAt = deps.clock.now();
  const given = readGivenValues(definition.inputsSchema, values).inputs;
  const made = await deps.rehearsals.sampleInputs(definition, startedAt);
  const inputs =
    matchesSchema(definition.inputsSchema, given) && Object.keys(values).length > 0
      ? given
      : { ...made, ...given };
  if (made === null && !matchesSchema(definition.inputsSchema, inputs)) {
    throw new ValidationError(
      'I found no inputs that fit this workflow. Give them: `/workflow simulate name input=value …`.',
    );
  }
  const stored: StoredRehearsal = {
    // A trigger id belongs to one command or click.
    id: deriveId('rehearsal', orgId, userId, triggerId),
    orgId,
    userId,
    workflowId,
    revision: workflow.revision,
    inputs,
    startedBy: await actorFor(deps.connection.directory, requester),
    moves: [],
    version: 1,
    message: null,
    startedAt,
    updatedAt: startedAt,
  };
  const rehearsal = await playStored(deps, stored);
  await deps.rehearsalStore.insert(stored);
  await reply.acknowledge();
  const message = await post(deps, userId, rehearsalMessage(viewOf(rehearsal)));
  await deps.rehearsalStore.replace(stored, { ...stored, message });
  const name = bold(clip(workflow.name, 200));
  const text = `🎭 The rehearsal of ${name} is in your direct messages with me. Only you see it, and nothing in it is real.`;
  await reply.tell(simpleMessage(text));
}

async function post(
  { connection: { directory, messenger } }: SlackDeps,
  userId: string,
  message: ReturnType<typeof rehearsalMessage>,
): Promise<{ channelId: string; ts: string }> {
  const resolved = await directory.resolve(userId);
  if (resolved.kind !== 'user') throw new ValidationError('Slack does not let me write to you.');
  const target = { channelId: resolved.dmChannelId, threadTs: null, label: 'you' };
  const sent = await messenger.post(target, message, null);
  if (sent.kind === 'done') return sent.ref;
  throw new RetryableError(sent.error, { retryAfterMs: 'afterMs' in sent ? sent.afterMs : 1_000 });
}
