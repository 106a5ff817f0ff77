import { earliest } from '../domain/due.ts';
import { type Effect, isSameSurface, mustFollow } from '../domain/effect.ts';

/**
 * The first effect that may be done now: not put off, and not overtaking one that it builds on. It is in
 * doubt whether it was sent already when that holds for any effect that it covers.
 */
export function nextEffect(effects: readonly Effect[], now: Date): Effect | null {
  const waiting: Effect[] = [];
  for (const effect of effects) {
    const isPutOff = effect.notBefore !== null && effect.notBefore > now;
    if (!isPutOff && !mustWait(effect, waiting)) {
      return { ...effect, maybeSent: coveredBy(effect, effects).some(({ maybeSent }) => maybeSent) };
    }
    waiting.push(effect);
  }
  return null;
}

/**
 * When the next of these effects may be done: `now` when one may be done already, null when there is
 * none. Those that must follow an earlier one have no time of their own.
 */
export function nextEffectAt(effects: readonly Effect[], now: Date): Date | null {
  const free = effects.filter((effect, index) => !mustWait(effect, effects.slice(0, index)));
  return earliest(free.map((effect) => effect.notBefore ?? now));
}

/** The effect itself, and those that are done with it. */
export function coveredBy(effect: Effect, effects: readonly Effect[]): Effect[] {
  return effects.filter((other) => isSameSurface(effect, other));
}

function mustWait(effect: Effect, earlier: readonly Effect[]): boolean {
  return earlier.some((other) => mustFollow(effect, other));
}
