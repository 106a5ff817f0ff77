import type { Batch, BatchPlace, SlackSource } from '../../domain/batch.ts';

/** What speaks of batches where people see it, and reads the files that they share there. */
export interface BatchTeller {
  /**
   * Shows the batch as it stands, in the same message each time; with its result as a file when it has ended. Never
   * throws for what Slack does.
   *
   * @returns where the message is; null when it could not be posted
   */
  tell(batch: Batch): Promise<BatchPlace | null>;
  /** @throws ValidationError for a file that is not given, RetryableError */
  readFile(batch: Batch, source: SlackSource): AsyncIterable<Uint8Array>;
}
