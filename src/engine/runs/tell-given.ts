import type { Slot } from '../../domain/provider-slots.ts';
import type { RunDeps } from './run-deps.ts';
import { decodeTicket } from './run-ticket.ts';

/** Tells the workers of the runs that were given a place at a provider. What is no run asks again by itself. */
export async function tellGiven(workers: Pick<RunDeps, 'announce'>, given: readonly Slot[]): Promise<void> {
  for (const { ticket: key } of given) {
    const ticket = decodeTicket(key);
    if (ticket !== null) await workers.announce(ticket);
  }
}
