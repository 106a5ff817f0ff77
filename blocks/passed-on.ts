import { delegatorOf } from '../src/domain/asks.ts';
import type { Ask, ClosedAsk } from '../src/domain/execution.ts';
import { clip, inline } from './escape.ts';
import { listRecipients, mention, recipientMention, slackTime } from './people.ts';
import type { Visit } from './task-view.ts';

const maxNoteLength = 1_000;

/** What became of the ask of somebody who may no longer answer, while the step is still open; in mrkdwn. */
export function passedOnLine({ why, to, by, note, at }: ClosedAsk): string {
  const others = to.length === 0 ? '' : listRecipients(to, 'and');
  const words = note === null ? '' : `: ${clip(inline(note), maxNoteLength)}`;
  const when = slackTime(at);
  switch (why) {
    case 'reassigned':
      return `↪️ ${mention(by)} asked ${others || 'somebody else'} instead, ${when}${words}. Nothing to do here.`;
    case 'delegated':
      return `↪️ ${others || 'Somebody else'} stands in while you are away, since ${when}. Nothing to do here.`;
    case 'escalated':
      return `⏫ Nobody answered in time. Escalated to ${others || 'others'} ${when}. Nothing to do here.`;
    case 'excluded':
      return '🚫 This must be decided by somebody else. Nothing to do here.';
    case 'decided':
      return `☑️ ${mention(by)} decided this, ${when}${words}. Nothing to do here.`;
    case 'no-delegate':
      return '🚫 Nobody was found who stands in. Nothing to do here.';
  }
}

/** Why this one was asked instead of somebody else, and what they were told; '' when they were asked from the start. */
export function askedInsteadLine({ stepExecution }: Visit, ask: Ask): string {
  const { recipient, onBehalfOf } = ask;
  const earlier = stepExecution.asks.findLast(({ closed }) => closed?.to.includes(recipient) === true);
  const closed = earlier?.closed ?? null;
  if (closed?.why === 'reassigned') {
    const note = closed.note === null ? '' : `: ${clip(inline(closed.note), maxNoteLength)}`;
    return `↪️ ${mention(closed.by)} asks you instead of ${recipientMention(earlier?.recipient ?? '')}${note}`;
  }
  if (onBehalfOf === null) return '';
  const isAway = stepExecution.delegations.some(
    ({ from, to }) => to === recipient && delegatorOf(from) === null,
  );
  const why = isAway ? 'who is away' : 'who has not answered';
  return `↪️ You are asked for ${recipientMention(onBehalfOf)}, ${why}.`;
}
