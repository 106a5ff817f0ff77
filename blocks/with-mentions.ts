import type { Step } from '../src/domain/definition.ts';
import { canonicalRecipient } from '../src/domain/recipient.ts';
import { inline } from './escape.ts';
import { recipientMention } from './people.ts';

/** As they stand in escaped text: a person's id, a channel's, and a group's. */
const id = /\b[UWCG][A-Z0-9]{2,}\b|&lt;!subteam\^[A-Z0-9]+&gt;/g;

/**
 * A plain sentence in mrkdwn, in which these people, channels and groups are mentioned where their ids stand. Whatever else looks
 * like an id stays text.
 */
export function withMentions(text: string, recipients: readonly string[]): string {
  const mentions = new Map(
    recipients.map(canonicalRecipient).map((one) => [inline(one), recipientMention(one)]),
  );
  return inline(text).replace(id, (found) => mentions.get(found) ?? found);
}

/** Whom steps ask by name, as far as that is known before there is a task. */
export function recipientsIn(steps: readonly Step[]): string[] {
  return steps
    .flatMap(entriesOf)
    .flatMap((entry) => (entry.includes('{{') || entry === '' ? [] : entry.split(',')));
}

function entriesOf(step: Step): readonly string[] {
  switch (step.type) {
    case 'HUMAN':
      return [...(step.assignees ?? []), ...(step.deadline?.escalateTo ?? [])];
    case 'USER_MESSAGE':
      return [step.assignee ?? '', ...(step.assignees ?? []), ...(step.deadline?.escalateTo ?? [])];
    case 'AGENT':
      return step.approvers ?? [];
    case 'PROMPT':
    case 'TOOL':
    case 'WAIT':
      return [];
  }
}
