import type { ClosedWhy } from './execution.ts';

/** What happened to an ask that somebody may no longer answer: "This was reassigned to …". */
export const closedVerbs: Readonly<Record<ClosedWhy, string>> = {
  reassigned: 'was reassigned',
  delegated: 'was passed on',
  escalated: 'was escalated',
  excluded: 'was taken back',
  'no-delegate': 'was taken back',
  decided: 'was decided',
};
