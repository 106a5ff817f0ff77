import type { Batch, BatchPlace, SlackSource } from '../../domain/batch.ts';

/** What became of telling people. */
export interface Told {
  /** Where the message is; null when there is none. */
  place: BatchPlace | null;
  /** After this it has to be told again; null when it was told, or was refused for good. */
  retryAfterMs: number | null;
  /** It may have arrived all the same: before it is told again it has to be looked for. */
  maybeSent: boolean;
}

export interface Telling {
  /** Aborted when the batch is somebody else's by now: then no result is put there any more. */
  lost: AbortSignal;
  /** An earlier attempt may have arrived: it is looked for first. */
  maybeSent: boolean;
}

/** What speaks of batches where people see it, and reads the files that they share there. */
export interface BatchTeller {
  /**
   * Shows the batch as it stands, in the same message each time; with its result as a file when it has ended. Never
   * throws for what Slack does.
   */
  tell(batch: Batch, telling: Telling): Promise<Told>;
  /** @param signal ends it in the middle @throws ValidationError for a file that is not given, RetryableError */
  readFile(batch: Batch, source: SlackSource, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
