import type { Definition } from '../../../src/domain/definition.ts';
import type { ExecutionEvent } from '../../../src/domain/event.ts';
import type { ExecutionRecord } from '../../../src/domain/execution-record.ts';
import type { SentMessage } from './sent-message.ts';

/** What there is to know about a task after everything has come to rest. */
export interface Evidence extends ExecutionRecord {
  definition: Definition;
  /** As stored in the log. */
  events: ExecutionEvent[];
  /** As Slack recorded them. */
  sent: SentMessage[];
  /** Effects of which the bot has said that their message may be there twice. */
  maybeTwice: ReadonlySet<string>;
}
