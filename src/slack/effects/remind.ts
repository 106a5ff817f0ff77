import { reminderMessage } from '../../../blocks/reminder.ts';
import { type MessageRef, askKey } from '../../domain/effect.ts';
import type { StepExecution } from '../../domain/execution.ts';
import { awayAt, workingHoursOf } from '../../domain/member-settings.ts';
import { nextWorkingMoment } from '../../domain/working-hours.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import type { Resolved } from '../directory.ts';
import type { Target } from '../messenger.ts';
import { addressTo, askTarget } from './ask.ts';
import { openStep, taskThread } from './conversations.ts';
import { deliveryOf, resultOfPost } from './delivery.ts';
import type { EffectOf, PerformerDeps } from './performer-deps.ts';

/** Of a large group it is enough that one of these works. */
const maxMembersLookedUp = 20;

/**
 * Reminds one recipient under the message that asked them, unless the step is closed, they have chosen, or a
 * later reminder was decided on meanwhile; where the step says so, not before they work.
 */
export async function performRemind(
  deps: PerformerDeps,
  effect: EffectOf<'remind'>,
  task: Task,
): Promise<EffectResult> {
  const { messenger, directory, clock } = deps;
  const { execution, definition, messages } = task;
  const { stepIndex, recipientIndex, reminder, about } = effect;
  const step = openStep(task, stepIndex);
  const asked = step?.asks[recipientIndex];
  if (step === undefined || asked === undefined || asked.closed !== null) return { kind: 'done' };
  if (about === 'reminder' && reminder < asked.reminders) return { kind: 'done' };
  const { recipient } = asked;

  const resolved = await directory.resolve(recipient);
  const pending = pendingPeople(step, resolved);
  if (pending !== null && pending.length === 0) return { kind: 'done' };
  if (effect.workingHours && pending !== null) {
    const afterMs = (await nextMoment(deps, execution.orgId, pending)).getTime() - clock.now().getTime();
    if (afterMs > 0) return { kind: 'wait', afterMs, error: 'waiting for working hours' };
  }
  const ask = messages[askKey(stepIndex, recipientIndex)];
  const target =
    ask === undefined ? askTarget(resolved, recipient, task) : underAsk(ask, resolved, recipient, task);
  if ('reason' in target) return { kind: 'dead', error: target.reason };
  const message = reminderMessage({ execution, definition, stepIndex, recipientIndex, reminder, about });
  const sent = await messenger.post(target, addressTo(resolved, message), deliveryOf(effect));
  return resultOfPost(sent, null);
}

/** Those of the recipient who have not chosen yet; null where it is not known who they are. */
function pendingPeople({ votes }: StepExecution, resolved: Resolved): string[] | null {
  if (resolved.kind !== 'user' && resolved.kind !== 'group') return null;
  const userIds = resolved.kind === 'user' ? [resolved.userId] : resolved.userIds;
  const voted = new Set(votes.flatMap(({ actor }) => (actor.kind === 'person' ? [actor.userId] : [])));
  return userIds.filter((userId) => !voted.has(userId));
}

/** When the first of them works and is not away; now, if one does. @throws as `Directory` */
async function nextMoment(deps: PerformerDeps, orgId: string, userIds: readonly string[]): Promise<Date> {
  const { settings, directory, clock } = deps;
  const now = clock.now();
  const moments = await Promise.all(
    userIds.slice(0, maxMembersLookedUp).map(async (userId) => {
      const [own, { timeZone }] = await Promise.all([
        settings.find(orgId, userId),
        directory.account(userId),
      ]);
      const from = awayAt(own, now)?.until ?? now;
      return nextWorkingMoment(from, workingHoursOf(own), timeZone ?? 'UTC');
    }),
  );
  return moments.reduce((first, moment) => (moment < first ? moment : first), moments[0] ?? now);
}

/** A group's ask is itself a reply in the task's thread, and threads do not nest. */
function underAsk(ask: MessageRef, resolved: Resolved, recipient: string, task: Task): Target {
  const thread = taskThread(task);
  if (resolved.kind === 'group' && thread !== null && thread.channelId === ask.channelId) return thread;
  return { channelId: ask.channelId, threadTs: ask.ts, label: recipient };
}
