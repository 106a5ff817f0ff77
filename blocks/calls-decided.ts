import type { StepExecution } from '../src/domain/execution.ts';
import { clip, inline } from './escape.ts';
import { mention, slackTime } from './people.ts';

const maxTitleLength = 500;
const maxNoteLength = 1_000;

export interface CallsDecision {
  /** "Decided by <@U…>, <time>: Allow", in mrkdwn. */
  decision: string;
  /** What was asked, in mrkdwn: "Let the agent Checker call refund (crm)?" */
  question: string;
}

/** Who let an agent make which of its calls, or did not, and why: once for each time that people were asked, oldest first. */
export function callsDecisions({ asks }: Pick<StepExecution, 'asks'>): CallsDecision[] {
  const byMoment = new Map<number, CallsDecision>();
  for (const { about, closed } of asks) {
    if (about === undefined || closed?.why !== 'decided') continue;
    const { by, at, note } = closed;
    const what = note === null ? '' : `: ${clip(inline(note), maxNoteLength)}`;
    byMoment.set(at.getTime(), {
      decision: `Decided by ${mention(by)}, ${slackTime(at)}${what}`,
      question: clip(inline(about.split('\n')[0] ?? ''), maxTitleLength),
    });
  }
  return [...byMoment.values()];
}
