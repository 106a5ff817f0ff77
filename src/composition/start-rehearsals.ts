import { createRehearsals } from '../engine/rehearsals/create-rehearsals.ts';
import type { Rehearsals } from '../engine/rehearsals/rehearsals.ts';
import type { Logger } from '../logger.ts';
import { createRehearsalThread } from './rehearsal-thread.ts';
import type { Stoppers } from './stoppers.ts';
import { systemTimers } from '../timers.ts';

/** Rehearsals in a thread of their own, which is ended with the process. */
export function startRehearsals({ logger, stoppers }: { logger: Logger; stoppers: Stoppers }): Rehearsals {
  const thread = createRehearsalThread({ logger, timers: systemTimers });
  stoppers.add(() => thread.stop());
  return createRehearsals(thread);
}
