import { z } from 'zod';

/**
 * Moments at which a process can die with the most harm. Fault tests let it die exactly there, and
 * then prove that nothing was lost and nothing was done twice.
 */
const failpoints = [
  /** A transition was decided and is not written. */
  'before-write',
  /** It is written durably, and whoever asked for it has no answer. */
  'after-write-before-answer',
  /** A worker holds the lease and is about to perform an effect. */
  'after-claim-before-send',
  /** The effect was performed, and that is not recorded. */
  'after-send-before-record',
  /** Events wait in the outbox of their execution. */
  'before-events-moved',
  /** They are stored in the log, and still in the outbox. */
  'after-events-moved',
  /** A sweep has taken the lease of an execution that was due, and has done nothing for it. */
  'after-sweep-claim',
  /** A worker has claimed the run of a step, and is about to ask a model or call a tool. */
  'inside-run-step',
] as const;
export type Failpoint = (typeof failpoints)[number];

/** Called at each of the moments. */
export type ReachFailpoint = (failpoint: Failpoint) => void;

const failpointPattern = new RegExp(`^(${failpoints.join('|')})(?::([1-9]\\d{0,3}))?$`);

/** `<failpoint>`, or `<failpoint>:<which time>` to die only when it is reached for the second or a later time. */
export const ArmedFailpoint = z
  .string()
  .regex(failpointPattern, {
    error: `must be one of ${failpoints.join(', ')}, with :<number> for a later time than the first`,
  })
  .transform((text) => {
    const [, failpoint, time = '1'] = failpointPattern.exec(text) ?? [];
    return { failpoint: failpoint as Failpoint, time: Number(time) };
  });
export type ArmedFailpoint = z.infer<typeof ArmedFailpoint>;

/**
 * Ends the process as a power cut would, with SIGKILL, when the armed failpoint is reached for the given time.
 *
 * @param announce called right before
 */
export function armFailpoint(
  armed: ArmedFailpoint,
  announce: (armed: ArmedFailpoint) => void,
): ReachFailpoint {
  let times = 0;
  return (failpoint) => {
    if (failpoint !== armed.failpoint) return;
    times += 1;
    if (times !== armed.time) return;
    announce(armed);
    process.kill(process.pid, 'SIGKILL');
  };
}
