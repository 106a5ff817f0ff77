import { expect } from 'vitest';
import type { ExecutionState } from '../../../src/domain/execution.ts';
import { checkInvariants } from './check-invariants.ts';
import { type FaultStageOptions, setFaultStage } from './fault-stage.ts';
import { type Attempts, refundWorkflow, runRefundTask, whenAtRest } from './refund-task.ts';
import { type SentMessage, readSentMessages } from './sent-message.ts';

export interface Kill extends Pick<FaultStageOptions, 'leaseMs' | 'isHistoryHidden'> {
  /** Where the first process dies, where the second one, and so on: `<failpoint>:<which time>`. */
  failpoints: readonly string[];
  /** Default: one without timers. */
  workflow?: FaultStageOptions['workflow'];
  /** People click as soon as they see a button, without waiting for the bot to come to rest. Default false. */
  haste?: boolean;
}

export interface Survival {
  state: ExecutionState;
  attempts: Attempts;
  sent: SentMessage[];
}

/**
 * Lets people take a refund to its end while the bot is killed, and checks that each process died where
 * it was to die, that every input counts once, and that everything else holds as well.
 */
export async function expectSurvival(kill: Kill): Promise<Survival> {
  const { failpoints, workflow = refundWorkflow, haste = false } = kill;
  const stage = await setFaultStage({ ...kill, workflow });
  try {
    const attempts = await runRefundTask(stage, haste);
    const { state } = await whenAtRest(stage);

    const deaths = stage.bot.deaths().map(({ signal, failpoint }) => ({ signal, failpoint }));
    expect(deaths).toEqual(failpoints.map((failpoint) => ({ signal: 'SIGKILL', failpoint })));
    expect(await checkInvariants({ ...stage, executionId: state.id })).toEqual([]);
    expect(state).toMatchObject({ status: 'COMPLETED', pointer: null });
    // A transition for the start, and one for each step's end: what was done twice would have made one more.
    expect(state.v).toBe(1 + workflow.steps.length);
    expect(await stage.bot.stop()).toBe(0);
    return { state, attempts, sent: readSentMessages(stage.slack) };
  } finally {
    await stage.close();
  }
}
