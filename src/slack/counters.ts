/** What can only be counted: see invariant 5 of the design. Read by `/metrics`. */
export interface SlackCounters {
  /** Messages that had been sent already when an earlier attempt lost the answer; not sent again. */
  reconciled: number;
  /** Messages sent again although nobody could find out whether they had arrived. */
  duplicatesPossible: number;
}

export function createSlackCounters(): SlackCounters {
  return { reconciled: 0, duplicatesPossible: 0 };
}
