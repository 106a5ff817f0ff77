import { notStartedMessage } from '../../../blocks/triggers/not-started.ts';
import { type Actor, systemActor } from '../../domain/actor.ts';
import { OutsiderError } from '../../engine/people/outsider-error.ts';
import type { MayStillHear } from '../../engine/triggers/channel-access.ts';
import type { TriggerStarts } from '../../engine/triggers/start-by-trigger.ts';
import type { Workflows } from '../../engine/workflows/workflows.ts';
import { NotFoundError, PermissionError, RetryableError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { SlackConnection } from '../connection.ts';
import { writeValues } from '../listeners/commands/write-values.ts';
import { type Requester, actorFor } from '../listeners/requester.ts';
import type { ForRequester } from '../requester-services.ts';
import { AnswerHasToWait } from './answer-has-to-wait.ts';
import { mapInputs } from './mapped-inputs.ts';
import type { Matched } from './match-source.ts';
import type { ChannelMessage, PutReaction } from './read-source.ts';
import { slackValuesOf } from './slack-values.ts';

export interface StartFromSourceDeps {
  connection: SlackConnection;
  workflows: Pick<Workflows, 'get'>;
  triggerStarts: TriggerStarts;
  mayStillHear: MayStillHear;
  forRequester: ForRequester;
  logger: Logger;
}

/** What came, for one trigger. */
export interface Came {
  orgId: string;
  slackTeamId: string;
  matched: Matched;
  source: ChannelMessage;
  /** Null for messages. */
  reaction: PutReaction | null;
  /** It was begun before: an answer may be there already. */
  isRepeat: boolean;
}

const noLongerHeard =
  'Whoever last saved this trigger is no longer in this private channel, or in the org. Somebody who is can save it again.';

/**
 * Starts a task, or says in the thread which inputs the message does not give, or logs why neither. The task's card
 * comes to the thread by itself.
 *
 * @throws RetryableError for what cannot be done now; AnswerHasToWait
 */
export async function startFromSource(deps: StartFromSourceDeps, came: Came): Promise<void> {
  const { triggerStarts } = deps;
  const { trigger, decision } = came.matched;
  const { channelId, ts, threadTs } = came.source;
  const sourceKey = `${channelId}:${ts}`;
  if (decision.kind === 'skipped') {
    await triggerStarts.note(trigger, sourceKey, 'skipped', decision.reason);
    return;
  }
  if (!(await deps.mayStillHear(trigger, channelId))) {
    await triggerStarts.note(trigger, sourceKey, 'skipped', noLongerHeard);
    return;
  }
  try {
    const startedBy = await starterOf(deps, came);
    const { workflow, definition } = await deps.workflows.get(came.orgId, trigger.workflowId);
    const values = await slackValuesOf(deps.connection, { ...came, ...came.matched }, decision.groups);
    const mapped = mapInputs(trigger.settings.inputsTemplate, values, definition.inputsSchema);
    const origin = { kind: 'slack', channelId, threadTs } as const;
    const { inputs } = mapped;
    const fired = await triggerStarts.start({ trigger, sourceKey, inputs, startedBy, origin });
    // That the workflow is paused is for its editors to know, not for whoever wrote a message.
    if (fired.decision === 'started' || fired.fields.length === 0) return;
    const typed = writeValues(mapped.texts);
    await answer(deps, came, notStartedMessage({ trigger, workflow, fields: fired.fields, typed }));
  } catch (error) {
    if (error instanceof OutsiderError) {
      const did = came.reaction === null ? 'wrote it' : 'put the reaction';
      const reason = `Somebody of another workspace ${did}, and this trigger takes only what people of this one do.`;
      await triggerStarts.note(trigger, sourceKey, 'skipped', reason);
    } else if (error instanceof PermissionError) {
      await triggerStarts.note(trigger, sourceKey, 'skipped', 'Whoever did this is no longer a member here.');
    } else if (error instanceof NotFoundError) {
      await triggerStarts.note(trigger, sourceKey, 'refused', 'The workflow was deleted.');
    } else throw error;
  }
}

/** True when the trigger takes it from whoever did it, in that channel. @throws RetryableError when that cannot be known now */
export async function isTaken(
  deps: Pick<StartFromSourceDeps, 'connection' | 'mayStillHear' | 'forRequester'>,
  came: Omit<Came, 'isRepeat'>,
): Promise<boolean> {
  const { trigger, decision } = came.matched;
  if (decision.kind === 'skipped') return false;
  if (!(await deps.mayStillHear(trigger, came.source.channelId))) return false;
  try {
    await starterOf(deps, came);
    return true;
  } catch (error) {
    if (error instanceof PermissionError) return false;
    throw error;
  }
}

/**
 * Who wrote the message or put the reaction; for bots nobody. Who is of another workspace becomes no member by it.
 *
 * @throws PermissionError for whoever was taken out of the org; OutsiderError for whom the trigger does not listen to
 */
async function starterOf(
  { connection, forRequester }: Pick<StartFromSourceDeps, 'connection' | 'forRequester'>,
  came: Omit<Came, 'isRepeat'>,
): Promise<Actor> {
  const { orgId, slackTeamId, source, reaction, matched } = came;
  const userId = reaction?.userId ?? (source.botId === null ? source.userId : null);
  if (userId === null) return systemActor;
  const requester: Requester = { orgId, slackTeamId, userId, handle: null };
  const { allowOutside, from } = matched.trigger.settings;
  try {
    await forRequester(requester);
  } catch (error) {
    const isMeant = allowOutside || from.includes(userId);
    if (!(error instanceof OutsiderError && isMeant)) throw error;
  }
  return actorFor(connection.directory, requester);
}

/** Says it in the thread, once. Where Slack refuses it, the trigger's log has to do. @throws RetryableError, AnswerHasToWait */
async function answer(
  { connection, logger }: StartFromSourceDeps,
  { matched, source, isRepeat }: Came,
  message: ReturnType<typeof notStartedMessage>,
): Promise<void> {
  const { channelId, ts, threadTs } = source;
  const key = `trigger:${matched.trigger.id}:${channelId}:${ts}`;
  const since = new Date(Number(ts) * 1_000);
  const delivery = { effectId: key, key, since, attempts: 0, maybeSent: isRepeat };
  const sent = await connection.messenger.post(
    { channelId, threadTs, label: `<#${channelId}>` },
    message,
    delivery,
  );
  switch (sent.kind) {
    case 'done':
      return;
    case 'retry':
      throw new RetryableError(sent.error, { retryAfterMs: sent.afterMs });
    case 'wait':
      throw new AnswerHasToWait(sent.afterMs);
    case 'dead':
      logger.info(
        { triggerId: matched.trigger.id, detail: sent.error },
        'why a message started nothing was not told',
      );
  }
}
