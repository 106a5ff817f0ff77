import type { ExecutionEvent } from '../src/domain/event.ts';
import type { OrgEvent } from '../src/domain/org-event.ts';
import { type Database, nativeCollection } from './database.ts';
import { type EventDocument, eventKey, toEvent } from './event.ts';
import type { ExecutionDocument } from './execution.ts';
import { type OrgEventDocument, orgEventKey, toOrgEvent } from './org-event.ts';

/** What an execution itself says of its log. */
export interface LogClaim {
  executionId: string;
  /** `seq` and hash of its last event. */
  last: { seq: number; hash: string };
  /** Events that are not in the log yet. */
  outbox: ExecutionEvent[];
}

/** Reads the logs of one org in the order in which they are chained, a part at a time. */
export interface ChainReader {
  /** Events of the org itself, behind `afterSeq`. */
  orgEvents(orgId: string, afterSeq: number): AsyncIterable<OrgEvent>;
  /** Ids of the executions that have events in the log, behind `afterId`; also of those that were purged. */
  executionsInLog(orgId: string, afterId: string): AsyncIterable<string>;
  /** What the org's executions say of their logs, behind `afterId`. */
  claims(orgId: string, afterId: string): AsyncIterable<LogClaim>;
  /** Null when the execution is not there, or was purged. */
  claim(orgId: string, executionId: string): Promise<LogClaim | null>;
  /** Of the log alone, in order. */
  eventsOf(orgId: string, executionId: string): Promise<ExecutionEvent[]>;
  /** Which of these are in the log with this hash. */
  findHashes(places: readonly { executionId: string; seq: number }[]): Promise<Map<string, string>>;
}

type ClaimDocument = Pick<ExecutionDocument, '_id' | 'lastEventSeq' | 'lastEventHash' | 'outbox'>;

/** How many documents are fetched at a time. */
const batchSize = 500;
const claimFields = { lastEventSeq: 1, lastEventHash: 1, 'outbox.events': 1 } as const;

export function createChainReader(database: Database): ChainReader {
  const orgEvents = nativeCollection<OrgEventDocument>(database, 'orgEvents');
  const events = nativeCollection<EventDocument>(database, 'events');
  const executions = nativeCollection<ExecutionDocument>(database, 'executions');

  return {
    async *orgEvents(orgId, afterSeq) {
      const range = { $gt: orgEventKey(orgId, afterSeq), $lt: `${orgId};` };
      const cursor = orgEvents.find({ _id: range }, { batchSize }).sort({ _id: 1 });
      for await (const document of cursor) yield toOrgEvent(document);
    },
    async *executionsInLog(orgId, afterId) {
      const filter = { orgId, _id: { $gt: afterId === '' ? '' : `${afterId};` } };
      const options = { batchSize, hint: { _id: 1 }, projection: { executionId: 1 } } as const;
      let last = '';
      for await (const { executionId } of events.find(filter, options).sort({ _id: 1 })) {
        if (executionId === last) continue;
        last = executionId;
        yield executionId;
      }
    },
    async *claims(orgId, afterId) {
      const options = { batchSize, hint: { _id: 1 }, projection: claimFields } as const;
      const cursor = executions.find({ orgId, _id: { $gt: afterId } }, options).sort({ _id: 1 });
      for await (const document of cursor) yield toClaim(document);
    },
    async claim(orgId, executionId) {
      const filter = { _id: executionId, orgId };
      const document = await executions.findOne(filter, { projection: claimFields });
      return document === null ? null : toClaim(document);
    },
    async eventsOf(orgId, executionId) {
      const range = { $gt: eventKey(executionId, 0), $lt: `${executionId};` };
      const documents = await events.find({ _id: range, orgId }).sort({ _id: 1 }).toArray();
      return documents.map(toEvent);
    },
    async findHashes(places) {
      const ids = places.map(({ executionId, seq }) => eventKey(executionId, seq));
      const options = { projection: { executionId: 1, hash: 1 } } as const;
      const found = await events.find({ _id: { $in: ids } }, options).toArray();
      return new Map(found.map(({ executionId, hash }) => [executionId, hash]));
    },
  };
}

function toClaim({ _id, lastEventSeq, lastEventHash, outbox }: ClaimDocument): LogClaim {
  return { executionId: _id, last: { seq: lastEventSeq, hash: lastEventHash }, outbox: outbox.events };
}
