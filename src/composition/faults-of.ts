import { type ArmedFailpoint, type ReachFailpoint, armFailpoint } from '../failpoints.ts';
import type { Logger } from '../logger.ts';

/** Where the process is to die, for whoever reaches failpoints: nowhere, unless a fault test asks for it. */
export function faultsOf(armed: ArmedFailpoint | null, logger: Logger): { failpoint?: ReachFailpoint } {
  if (armed === null) return {};
  return {
    failpoint: armFailpoint(armed, (reached) =>
      logger.warn(reached, 'failpoint reached; this process ends by SIGKILL'),
    ),
  };
}
