import type { Person } from './actor.ts';
import type { Ask, StepExecution } from './execution.ts';
import { includesPerson, parseRecipient } from './recipient.ts';

const delegatePrefix = '@delegate:';

/** Stands for the delegate of a recipient until the edge has found out who that is. Names nobody by itself. */
export function delegateOf(recipient: string): string {
  return `${delegatePrefix}${recipient}`;
}

/** The recipient whose delegate is meant; null for any other text. */
export function delegatorOf(recipient: string): string | null {
  return recipient.startsWith(delegatePrefix) ? recipient.slice(delegatePrefix.length) : null;
}

/** The asks that may still be answered. */
export function openAsks({ asks }: Pick<StepExecution, 'asks'>): Ask[] {
  return asks.filter(({ closed }) => closed === null);
}

/** Who may act, each once: those whose ask is open, without delegates that nobody knows yet. */
export function assigneesOf(stepExecution: Pick<StepExecution, 'asks'>): string[] {
  const recipients = openAsks(stepExecution).map(({ recipient }) => recipient);
  return [...new Set(recipients.filter((recipient) => delegatorOf(recipient) === null))];
}

/** Everybody who was ever asked, and for whom they stand in: whose facts tell what somebody may do, or has lost. */
export function recipientsOf({ asks, assignees }: Pick<StepExecution, 'asks' | 'assignees'>): string[] {
  const asked = asks.flatMap(({ recipient, onBehalfOf }) =>
    onBehalfOf === null ? [recipient] : [recipient, onBehalfOf],
  );
  return [...new Set([...assignees, ...asked])];
}

/**
 * Those of the assignees that entitle the person. A message to a channel and to people is done by these
 * people; a message to channels alone, by anyone in them.
 */
export function entitlingAssignees(
  { type, assignees }: Pick<StepExecution, 'type' | 'assignees'>,
  person: Person,
): string[] {
  const people = type === 'USER_MESSAGE' ? assignees.filter((assignee) => !isChannel(assignee)) : [];
  return (people.length > 0 ? people : assignees).filter((assignee) => includesPerson(assignee, person));
}

/** True for a recipient who is one person, by a Slack user id or an email; a handle may be a group's. */
export function isOnePerson(recipient: string): boolean {
  const kind = parseRecipient(recipient)?.kind;
  return kind === 'user' || kind === 'email';
}

function isChannel(recipient: string): boolean {
  const kind = parseRecipient(recipient)?.kind;
  return kind === 'channel' || kind === 'channel-name';
}
