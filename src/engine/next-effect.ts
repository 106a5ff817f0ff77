import { earliest } from '../domain/due.ts';
import { type Effect, isSupersededBy, mustFollow } from '../domain/effect.ts';

/**
 * The first effect that may be done now: not put off, not overtaking one that it builds on, and not
 * made needless by a later one.
 */
export function nextEffect(effects: readonly Effect[], now: Date): Effect | null {
  const waiting: Effect[] = [];
  for (const effect of effects) {
    if (effects.some((later) => isSupersededBy(effect, later))) continue;
    const isPutOff = effect.notBefore !== null && effect.notBefore > now;
    if (!isPutOff && !waiting.some((earlier) => mustFollow(effect, earlier)))
      return inheritDoubt(effect, effects);
    waiting.push(effect);
  }
  return null;
}

/**
 * When the next of these effects may be done: `now` when one may be done already, null when there is
 * none. Those that must follow a later one, or that a later one made needless, have no time of their own.
 */
export function nextEffectAt(effects: readonly Effect[], now: Date): Date | null {
  const waiting: Effect[] = [];
  for (const effect of effects) {
    if (effects.some((later) => isSupersededBy(effect, later))) continue;
    if (!waiting.some((earlier) => mustFollow(effect, earlier))) waiting.push(effect);
  }
  return earliest(waiting.map((effect) => effect.notBefore ?? now));
}

/** What is left once an effect is done: without it, and without earlier ones that it made needless. */
export function withoutDone(effects: readonly Effect[], done: Effect): Effect[] {
  return effects.filter((effect) => effect.id !== done.id && !isSupersededBy(effect, done));
}

/** What a needless earlier effect may have sent already, this one must look for too. */
function inheritDoubt(effect: Effect, effects: readonly Effect[]): Effect {
  const inDoubt = effects.some((earlier) => earlier.maybeSent && isSupersededBy(earlier, effect));
  return inDoubt ? { ...effect, maybeSent: true } : effect;
}
