import type { Agenda } from 'agenda';
import { z } from 'zod';
import type { RunTicket } from '../src/engine/runs/run-ticket.ts';
import type { StepRunner } from '../src/engine/runs/step-runner.ts';

const jobName = 'run-step';
/** A job ends as soon as its run is begun. */
const lockLifetimeMs = 15_000;
const maxParallel = 8;

const Id = z.string().regex(/^[0-9a-f]{24}$/);
const Ticket = z.object({ orgId: Id, executionId: Id, stepExecutionId: Id });

/**
 * Has this process begin the runs that any process announces. A job carries ids only and proves nothing: what
 * it is about is read, and claimed, where it is begun; so a job that runs twice, or late, does no harm.
 *
 * @returns what announces a run
 */
export function defineRunStep(
  agenda: Agenda,
  runner: Pick<StepRunner, 'begin'>,
): (ticket: RunTicket) => Promise<void> {
  const options = { concurrency: maxParallel, lockLifetime: lockLifetimeMs, removeOnComplete: true };
  agenda.define(
    jobName,
    (job, done) => {
      const ticket = Ticket.safeParse(job.attrs.data);
      if (ticket.success) runner.begin(ticket.data);
      done();
    },
    options,
  );
  return async (ticket) => {
    await agenda.now(jobName, ticket);
  };
}
