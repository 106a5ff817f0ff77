import { isOnePerson } from '../../../domain/asks.ts';
import { currentStepExecution } from '../../../domain/execution.ts';
import { includesPerson } from '../../../domain/recipient.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Requester } from '../requester.ts';
import { listWaiting } from '../tasks/waiting.ts';

/** An ask of one person, not of a group that they are in. */
export interface OwnAsk {
  executionId: string;
  stepExecutionId: string;
  recipient: string;
}

const maxAsks = 200;

/** What waits for this person and for nobody in their place. @throws as `Directory` */
export async function listOwnAsks(deps: SlackDeps, requester: Requester): Promise<OwnAsk[]> {
  const person = await deps.connection.directory.person(requester.userId);
  const groups = await deps.connection.directory.personInGroups(requester.userId);
  const isOwn = (recipient: string): boolean =>
    (isOnePerson(recipient) && includesPerson(recipient, person)) ||
    // Their own handle, unless a group has it too.
    includesPerson(recipient, {
      ...person,
      handles: person.handles.filter((own) => groups.handles.includes(own)),
    });
  const waiting = await listWaiting(deps, requester, maxAsks);
  return waiting.flatMap((execution) => {
    const current = currentStepExecution(execution);
    if (current === undefined) return [];
    const own = current.assignees.filter(isOwn);
    return own.map((recipient) => ({ executionId: execution.id, stepExecutionId: current.id, recipient }));
  });
}
