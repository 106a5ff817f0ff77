/** One kind of trouble for the next calls of a method. Exactly one of the kinds is given. */
export interface Fault {
  /** A Web API method, or `*` for any. */
  method: string;
  /** Answers with this HTTP status; 429 carries `Retry-After`. */
  status?: number;
  /** Seconds in `Retry-After` for status 429. Default 1. */
  retryAfterSec?: number;
  /** Answers 200 with `{ ok: false, error }`. */
  error?: string;
  /** Never answers. */
  hang?: boolean;
  /** Does the call and then drops the connection, so that the caller cannot know that it was done. */
  dropAfterSend?: boolean;
  /** Drops the connection without doing the call. */
  dropBeforeSend?: boolean;
  /** How many calls are hit. Default 1. */
  times?: number;
}

/** Faults that wait for their calls, in the order in which they were ordered. */
export class FaultQueue {
  private pending: { fault: Fault; left: number }[] = [];

  /** Orders a fault for the next `times` calls of its method. */
  failNext(fault: Fault): void {
    this.pending.push({ fault, left: fault.times ?? 1 });
  }

  /** Takes the fault that hits this call, if any. */
  take(method: string): Fault | undefined {
    const entry = this.pending.find(({ fault }) => fault.method === method || fault.method === '*');
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left === 0) this.pending = this.pending.filter((other) => other !== entry);
    return entry.fault;
  }

  /** Forgets all faults that have not hit anything yet. */
  clear(): void {
    this.pending = [];
  }
}
