import type { Actor } from '../domain/actor.ts';
import type { ExecutionState } from '../domain/execution.ts';
import type { Directory } from './directory.ts';

/** What a change of the task may concern: the step that it is at, and those that it has just left. */
const latestSteps = 3;

/** Slack user ids of who started the task, who is or was just asked, and who has just decided. */
export async function concernedPeople(directory: Directory, execution: ExecutionState): Promise<string[]> {
  const steps = execution.stack.slice(-latestSteps);
  const recipients = new Set(
    steps.flatMap(({ assignees, asks }) => [...assignees, ...asks.map(({ recipient }) => recipient)]),
  );
  const actors = [
    execution.startedBy,
    ...steps.flatMap(({ votes, actor }) => [...votes.map((vote) => vote.actor), actor]),
  ];
  const asked = await Promise.all([...recipients].map((recipient) => directory.userIdsOf(recipient)));
  return [...new Set([...actors.flatMap(userIdOf), ...asked.flat()])];
}

function userIdOf(actor: Actor | null): string[] {
  return actor?.kind === 'person' ? [actor.userId] : [];
}
