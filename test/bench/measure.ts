/** What a series of timed operations gave. */
export interface Measured {
  p50Ms: number;
  p99Ms: number;
  perSecond: number;
}

export type Operation = (index: number) => Promise<void>;

/** Runs `operation` so many times, `parallel` at once, and times each and the whole. */
export async function measure(count: number, parallel: number, operation: Operation): Promise<Measured> {
  const series = new Series(operation);
  await series.run(count, parallel, async () => {});
  return series.result();
}

export interface Turns {
  /** How many are under way at once. */
  parallel: number;
  /** How many make a turn. */
  turn: number;
  /** Ends what an operation leaves to be done later; counts to the time of its turn. */
  settle: () => Promise<void>;
}

/**
 * The same for a bare write and what is compared with it, by turns, so that whatever else this machine does meanwhile
 * slows down both alike. Nothing that an operation leaves behind is done while bare writes are measured.
 */
export async function measureByTurns(
  count: number,
  { parallel, turn, settle }: Turns,
  operations: { bare: Operation; other: Operation },
): Promise<{ bare: Measured; other: Measured }> {
  const [bare, other] = [new Series(operations.bare), new Series(operations.other)];
  for (let done = 0; done < count; done += turn) {
    await bare.run(Math.min(turn, count - done), parallel, async () => {});
    await other.run(Math.min(turn, count - done), parallel, settle);
  }
  return { bare: bare.result(), other: other.result() };
}

class Series {
  readonly #operation: Operation;
  readonly #latenciesMs: number[] = [];
  #next = 0;
  #tookMs = 0;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  async run(count: number, parallel: number, settle: () => Promise<void>): Promise<void> {
    const end = this.#next + count;
    const worker = async (): Promise<void> => {
      while (this.#next < end) {
        const index = this.#next;
        this.#next += 1;
        const beganAt = performance.now();
        await this.#operation(index);
        this.#latenciesMs.push(performance.now() - beganAt);
      }
    };
    const beganAt = performance.now();
    await Promise.all(Array.from({ length: parallel }, worker));
    await settle();
    this.#tookMs += performance.now() - beganAt;
  }

  result(): Measured {
    const sorted = this.#latenciesMs.toSorted((left, right) => left - right);
    return {
      p50Ms: percentile(sorted, 0.5),
      p99Ms: percentile(sorted, 0.99),
      perSecond: (sorted.length / this.#tookMs) * 1000,
    };
  }
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function describeMeasured({ p50Ms, p99Ms, perSecond }: Measured): string {
  return `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${perSecond.toFixed(0)}/s`;
}

const missed = 'MISSED';

/** Of a line as `describeRatio` makes it. */
export function isMissed(line: string): boolean {
  return line.startsWith(missed);
}

/** One line: what, its ratio to the bare operation, and the goal. */
export function describeRatio(
  what: string,
  ratio: number,
  goal: { atMost: number } | { atLeast: number },
): string {
  const isMet = 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast;
  const wanted = 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`;
  return `${isMet ? 'met   ' : missed}  ${what}: ${ratio.toFixed(2)} (goal: ${wanted})`;
}
