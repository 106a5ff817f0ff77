import type { ExecutionState } from '../src/domain/execution.ts';
import { withReason } from './decision-words.ts';
import { mention, slackTime } from './people.ts';

const maxReasonLength = 1_000;

/** "This task was cancelled by <@U…>, <time>: a duplicate", as far as it is known; in mrkdwn. */
export function describeCancellation(
  { cancellation, endedAt }: Pick<ExecutionState, 'cancellation' | 'endedAt'>,
  start: string,
): string {
  const by =
    cancellation === null || cancellation.by.kind === 'system' ? '' : ` by ${mention(cancellation.by)}`;
  const at = endedAt === null ? '' : `${by === '' ? '' : ','} ${slackTime(endedAt)}`;
  return withReason(`${start}${by}${at}`, cancellation?.reason ?? null, maxReasonLength);
}
