import type { Command } from '../domain/command.ts';
import type { Clock } from '../clock.ts';
import type { EffectKind } from '../domain/effect.ts';
import { AppError } from '../errors.ts';
import type { EffectPerformer, EffectResult } from './effect-performer.ts';

/** `refused`: the rules, or the caller's rights, do not allow it. `failed`: it could not be found out or stored. */
export type CommandResult = 'done' | 'refused' | 'failed';

/** Is told what the engine does, to count it. Must not throw. */
export interface EngineMeter {
  command(type: Command['type'], result: CommandResult): void;
  /** @param ageMs since the effect was decided on */
  effect(kind: EffectKind, result: EffectResult['kind'], ageMs: number): void;
}

/** Does the work and says how it went. @throws whatever the work throws */
export async function countCommand<T>(
  meter: EngineMeter | undefined,
  type: Command['type'],
  work: () => Promise<T>,
): Promise<T> {
  try {
    const done = await work();
    meter?.command(type, 'done');
    return done;
  } catch (error) {
    const isRefused = error instanceof AppError && error.status < 500;
    meter?.command(type, isRefused ? 'refused' : 'failed');
    throw error;
  }
}

/** The same performer, each of whose attempts is counted. */
export function meterPerformer(
  performer: EffectPerformer,
  { meter, clock }: { meter: EngineMeter; clock: Clock },
): EffectPerformer {
  return {
    async perform(effect, task) {
      const result = await performer.perform(effect, task);
      meter.effect(effect.kind, result.kind, clock.now().getTime() - effect.createdAt.getTime());
      return result;
    },
  };
}
