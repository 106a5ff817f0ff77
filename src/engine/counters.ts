/** What an operator must be able to see of the engine, as totals since the process started. */
export interface EngineCounters {
  transitions: number;
  /** Compare-and-sets that somebody else was faster at; each was decided anew. */
  lostRaces: number;
  effectsDone: number;
  effectsDeferred: number;
  effectsDead: number;
  /** Effects done by a worker that had lost its lease by then, or could not record them: each may be a duplicate. */
  effectsFenced: number;
  eventsMoved: number;
  /** Leases taken over from a worker that did not give them back. */
  leasesTakenOver: number;
}

export function createEngineCounters(): EngineCounters {
  return {
    transitions: 0,
    lostRaces: 0,
    effectsDone: 0,
    effectsDeferred: 0,
    effectsDead: 0,
    effectsFenced: 0,
    eventsMoved: 0,
    leasesTakenOver: 0,
  };
}
