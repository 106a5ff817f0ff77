import type { Agenda } from 'agenda';
import type { WorkflowEvents } from '../src/engine/workflows/workflow-events.ts';

const jobName = 'flush-workflow-events';
/** How late the log may learn of a change whose process died right after it. */
const flushEvery = '30 seconds';

/** Hands over what was done to workflows by processes that died before they could. An empty run reads no key. */
export async function scheduleFlushWorkflowEvents(
  agenda: Agenda,
  events: Pick<WorkflowEvents, 'flush'>,
): Promise<void> {
  agenda.define(jobName, (_job, done) => void runFlush(events, done), { concurrency: 1 });
  await agenda.every(flushEvery, jobName);
}

async function runFlush(events: Pick<WorkflowEvents, 'flush'>, done: (error?: Error) => void): Promise<void> {
  try {
    await events.flush();
    done();
  } catch (error) {
    done(error instanceof Error ? error : new Error(String(error)));
  }
}
