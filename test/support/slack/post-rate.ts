import type { Clock } from '../../../src/clock.ts';

/** How fast messages may be posted into one channel; `burst` is how many may come at once. */
export interface PostRate {
  perSec: number;
  burst: number;
}

interface Bucket {
  tokens: number;
  refilledAtMs: number;
}

/** A token bucket per channel, on the given clock. */
export class PostRateLimiter {
  private readonly clock: Clock;
  private readonly rate: PostRate;
  private readonly buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rate: PostRate) {
    this.clock = clock;
    this.rate = rate;
  }

  /** Takes one token; gives the whole seconds to wait when there is none. */
  take(channel: string): { retryAfterSec: number } | undefined {
    const nowMs = this.clock.now().getTime();
    const bucket = this.buckets.get(channel) ?? { tokens: this.rate.burst, refilledAtMs: nowMs };
    const refill = ((nowMs - bucket.refilledAtMs) / 1_000) * this.rate.perSec;
    const tokens = Math.min(this.rate.burst, bucket.tokens + Math.max(0, refill));
    const isAllowed = tokens >= 1;
    this.buckets.set(channel, { tokens: isAllowed ? tokens - 1 : tokens, refilledAtMs: nowMs });
    if (isAllowed) return undefined;
    return { retryAfterSec: Math.max(1, Math.ceil((1 - tokens) / this.rate.perSec)) };
  }
}
