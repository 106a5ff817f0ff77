import type { DueBatch } from '../../../models/batch-store.ts';

/** Which batches take their turns in a lane. */
export type LaneOf = 'checks' | 'work';

/**
 * Turns that are taken side by side, so many at once, of each org one. Orgs take turns: the one behind whoever began
 * last comes first, so that no org's batches, however many or large, keep another's waiting.
 */
export class TurnLane {
  readonly of: LaneOf;
  readonly #size: number;
  readonly #running = new Map<string, Promise<void>>();
  #last = '';

  constructor(of: LaneOf, size: number) {
    this.of = of;
    this.#size = size;
  }

  get isIdle(): boolean {
    return this.#running.size === 0;
  }

  /** Of what is due, one of each org at most, what may begin now. */
  next(due: readonly DueBatch[]): DueBatch[] {
    const waiting = due
      .filter(({ orgId }) => !this.#running.has(orgId))
      .toSorted((one, other) => (one.orgId < other.orgId ? -1 : 1));
    const behind = waiting.findIndex(({ orgId }) => orgId > this.#last);
    const inTurn = behind < 0 ? waiting : [...waiting.slice(behind), ...waiting.slice(0, behind)];
    return inTurn.slice(0, this.#size - this.#running.size);
  }

  /** @param turn never rejects */
  begin(orgId: string, turn: Promise<void>): void {
    this.#last = orgId;
    const running = turn.then(() => {
      this.#running.delete(orgId);
    });
    this.#running.set(orgId, running);
  }

  /** Resolves when one of the turns under way has ended. */
  async oneEnds(): Promise<void> {
    await Promise.race(this.#running.values());
  }

  async allEnd(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}
