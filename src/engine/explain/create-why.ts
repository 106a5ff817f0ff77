import type { Clock } from '../../clock.ts';
import type { ProviderQueue } from '../../domain/provider-slots.ts';
import { currentStepExecution } from '../../domain/execution.ts';
import type { AskedPerson, Why } from '../../domain/why.ts';
import type { Engine } from '../engine.ts';
import { encodeTicket } from '../runs/run-ticket.ts';
import { explainTask } from './explain-task.ts';

/** What is known of people who are asked: whether they are away, or have left. Who is not known is left out. Never throws. */
export type LookUpPeople = (orgId: string, recipients: readonly string[]) => Promise<AskedPerson[]>;

/** Says of a task why it is where it is. */
export interface WhySource {
  /**
   * @param engine as whoever asks may use it
   * @throws NotFoundError
   */
  ofTask(engine: Pick<Engine, 'read' | 'readLog'>, orgId: string, executionId: string): Promise<Why>;
}

export interface WhyDeps {
  lookUpPeople: LookUpPeople;
  queue: ProviderQueue;
  /** The names of the providers that are configured. */
  providers: readonly string[];
  runLeaseMs: number;
  clock: Clock;
}

export function createWhy({ lookUpPeople, queue, providers, runLeaseMs, clock }: WhyDeps): WhySource {
  return {
    async ofTask(engine, orgId, executionId) {
      const [task, events] = await Promise.all([
        engine.read(orgId, executionId),
        engine.readLog(orgId, executionId),
      ]);
      const current = currentStepExecution(task.state);
      const isQueued = current?.run?.waiting?.kind === 'queued';
      const [people, queuedBehind] = await Promise.all([
        current === undefined || current.assignees.length === 0 ? [] : lookUpPeople(orgId, current.assignees),
        isQueued
          ? queue.queuedBehind(providers, encodeTicket({ orgId, executionId, stepExecutionId: current.id }))
          : null,
      ]);
      return explainTask({ ...task, events, people, queuedBehind, runLeaseMs, now: clock.now() });
    },
  };
}
