import { ownerNote } from '../../../blocks/owner-note.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import type { Target } from '../messenger.ts';
import { starterDirectMessage, taskThread } from './conversations.ts';
import { keyedDelivery } from './delivery.ts';
import type { EffectOf, PerformerDeps } from './performer-deps.ts';

/** A team of any size is told; more of them than this know it from each other. */
const maxOwners = 20;

/**
 * Tells the workflow's owners directly that a step lacks somebody who could do it; where there are none who can
 * be reached, whoever started the task, or its thread.
 */
export async function performOwnerNote(
  deps: PerformerDeps,
  effect: EffectOf<'owner-note'>,
  task: Task,
): Promise<EffectResult> {
  const { messenger } = deps;
  const { execution, definition } = task;
  const { stepIndex, reason } = effect;
  const note = ownerNote({ execution, definition, stepIndex, reason });
  const targets = await ownerTargets(deps, task);
  let sentAny = effect.maybeSent;
  for (const [index, target] of targets.entries()) {
    // After the first, an earlier attempt may have reached some of them: those are looked for.
    const delivery = keyedDelivery(effect, `${effect.id}:${index}`, effect.createdAt);
    const sent = await messenger.post(target, note, delivery);
    switch (sent.kind) {
      case 'done':
        sentAny = true;
        continue;
      case 'wait':
        return sentAny ? { ...sent, kind: 'retry', maybeSent: true } : sent;
      case 'retry':
        return { ...sent, maybeSent: sent.maybeSent || sentAny };
      case 'dead':
        if (targets.length === 1) return { kind: 'dead', error: sent.error };
    }
  }
  return { kind: 'done' };
}

async function ownerTargets({ ownersOf, directory }: PerformerDeps, task: Task): Promise<Target[]> {
  const { orgId, workflowId } = task.execution;
  const targets: Target[] = [];
  for (const userId of (await ownersOf(orgId, workflowId)).slice(0, maxOwners)) {
    const resolved = await directory.resolve(userId);
    if (resolved.kind === 'user')
      targets.push({ channelId: resolved.dmChannelId, threadTs: null, label: userId });
  }
  if (targets.length > 0) return targets;
  const last = (await starterDirectMessage(directory, task)) ?? taskThread(task);
  return last === null ? [] : [last];
}
