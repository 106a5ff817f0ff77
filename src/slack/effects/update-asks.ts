import { askMessage } from '../../../blocks/ask.ts';
import { readAskKey } from '../../domain/effect.ts';
import type { EffectResult, Task } from '../../engine/effect-performer.ts';
import { resultOfUpdate } from './delivery.ts';
import type { EffectOf, PerformerDeps } from './performer-deps.ts';

/** Brings every message that asked about the step up to date: who chose what, and no buttons once it is closed. */
export async function performUpdateAsks(
  { messenger }: PerformerDeps,
  effect: EffectOf<'update-asks'>,
  { execution, definition, messages }: Task,
): Promise<EffectResult> {
  const { stepIndex } = effect;
  const asks = Object.entries(messages).filter(([key]) => key.startsWith(`ask-${stepIndex}-`));
  if (asks.length === 0) return { kind: 'done' };
  const results = await Promise.all(
    asks.map(async ([key, ref]) => {
      const { recipientIndex = 0 } = readAskKey(key) ?? {};
      const message = askMessage({ execution, definition, stepIndex, recipientIndex });
      return resultOfUpdate(await messenger.update(ref, message, effect.attempts));
    }),
  );
  // All are changed again when one has to be: a change that was made already changes nothing.
  return (
    results.find(({ kind }) => kind === 'retry') ??
    results.find(({ kind }) => kind === 'dead') ?? { kind: 'done' }
  );
}
