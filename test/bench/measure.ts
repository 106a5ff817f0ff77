/** What a series of timed operations gave. */
export interface Measured {
  p50Ms: number;
  p99Ms: number;
  perSecond: number;
}

/** Runs `operation` so many times, `parallel` at once, and times each and the whole. */
export async function measure(
  count: number,
  parallel: number,
  operation: (index: number) => Promise<void>,
): Promise<Measured> {
  const latenciesMs: number[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    while (next < count) {
      const index = next;
      next += 1;
      const beganAt = performance.now();
      await operation(index);
      latenciesMs.push(performance.now() - beganAt);
    }
  }
  const beganAt = performance.now();
  await Promise.all(Array.from({ length: parallel }, worker));
  const tookMs = performance.now() - beganAt;
  latenciesMs.sort((left, right) => left - right);
  return {
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    perSecond: (count / tookMs) * 1000,
  };
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function describeMeasured({ p50Ms, p99Ms, perSecond }: Measured): string {
  return `p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms, ${perSecond.toFixed(0)}/s`;
}

/** One line: what, its ratio to the bare operation, and the goal. */
export function describeRatio(
  what: string,
  ratio: number,
  goal: { atMost: number } | { atLeast: number },
): string {
  const isMet = 'atMost' in goal ? ratio <= goal.atMost : ratio >= goal.atLeast;
  const wanted = 'atMost' in goal ? `at most ${goal.atMost}` : `at least ${goal.atLeast}`;
  return `${isMet ? 'met   ' : 'MISSED'}  ${what}: ${ratio.toFixed(2)} (goal: ${wanted})`;
}
