import type mongoose from 'mongoose';
import type { ExecutionEvent } from '../src/domain/event.ts';
import type { OrgEvent } from '../src/domain/org-event.ts';
import { type Database, nativeCollection } from './database.ts';
import { type EventDocument, eventKey, parseEventKey, toEvent } from './event.ts';
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

/** A place in the log of the org's executions, in the order of time. */
export interface LogPlace {
  at: Date;
  key: string;
}

/** The first event that there is of an execution. */
export interface LogStart {
  executionId: string;
  place: LogPlace;
}

/** A place among the org's executions. */
export interface ClaimPlace {
  workflowId: string;
  executionId: string;
}

/** What was read at once, and where to go on; null at the end. */
export interface ChainPart<Item, Place> {
  items: Item[];
  next: Place | null;
}

/**
 * Reads the logs of one org, and no key of another's. What may be long comes in parts of at most `chainBatch`, so that
 * whoever asks can stop in between.
 */
export interface ChainReader {
  /** Events of the org itself, in order, behind `afterSeq`. */
  orgEvents(orgId: string, afterSeq: number): AsyncIterable<OrgEvent>;
  /** Where the log of an execution begins, in the order of time; also of those that were purged. */
  listStarts(orgId: string, after: LogPlace | null): Promise<ChainPart<LogStart, LogPlace>>;
  /** An execution with an event whose time is none, so that it has no place in that order; only forgers write such. */
  findUndated(orgId: string): Promise<string | null>;
  /** What the org's executions say of their logs. */
  listClaims(orgId: string, after: ClaimPlace | null): Promise<ChainPart<LogClaim, ClaimPlace>>;
  /** Null when the execution is not there, or was purged. */
  claim(orgId: string, executionId: string): Promise<LogClaim | null>;
  /** Of the log alone, in order. */
  eventsOf(orgId: string, executionId: string): Promise<ExecutionEvent[]>;
  /** Which of these are in the log with this hash. */
  findHashes(places: readonly { executionId: string; seq: number }[]): Promise<Map<string, string>>;
}

type ClaimDocument = Pick<
  ExecutionDocument,
  '_id' | 'workflowId' | 'lastEventSeq' | 'lastEventHash' | 'outbox'
>;
type PlacedEvent = Pick<EventDocument, '_id' | 'createdAt'>;
type Events = mongoose.mongo.Collection<EventDocument>;
type Executions = mongoose.mongo.Collection<ExecutionDocument>;

/** How many documents are read at once. */
export const chainBatch = 500;
const claimFields = { workflowId: 1, lastEventSeq: 1, lastEventHash: 1, 'outbox.events': 1 } as const;
/** What a `Date` can be. */
const firstDate = new Date(-8_640_000_000_000_000);
const lastDate = new Date(8_640_000_000_000_000);

export function createChainReader(database: Database): ChainReader {
  const orgEvents = nativeCollection<OrgEventDocument>(database, 'orgEvents');
  const events = nativeCollection<EventDocument>(database, 'events');
  const executions = nativeCollection<ExecutionDocument>(database, 'executions');

  return {
    async *orgEvents(orgId, afterSeq) {
      const range = { $gt: orgEventKey(orgId, afterSeq), $lt: `${orgId};` };
      const cursor = orgEvents.find({ _id: range }, { batchSize: chainBatch }).sort({ _id: 1 });
      for await (const document of cursor) yield toOrgEvent(document);
    },
    async listStarts(orgId, after) {
      const places = await readPlaces(events, orgId, after);
      const starts = await pickStarts(events, orgId, places);
      const items = starts.map((place) => ({
        executionId: parseEventKey(place._id).executionId,
        place: toPlace(place),
      }));
      return { items, next: nextOf(places, toPlace) };
    },
    async findUndated(orgId) {
      const isNone = [{ createdAt: { $not: { $gte: firstDate } } }, { createdAt: { $gt: lastDate } }];
      const found = await events.findOne({ orgId, $or: isNone }, { projection: { _id: 1 } });
      return found === null ? null : parseEventKey(found._id).executionId;
    },
    async listClaims(orgId, after) {
      const found = await readClaims(executions, orgId, after);
      const next = nextOf(found, ({ workflowId, _id }) => ({ workflowId, executionId: _id }));
      return { items: found.map(toClaim), next };
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

/** Through the index of the audit log, read backwards, and from it alone. */
function readPlaces(events: Events, orgId: string, after: LogPlace | null): Promise<PlacedEvent[]> {
  const read = (filter: mongoose.mongo.Filter<EventDocument>, limit: number): Promise<PlacedEvent[]> =>
    events
      .find({ orgId, ...filter }, { projection: { createdAt: 1 }, limit })
      .sort({ createdAt: 1, _id: 1 })
      .toArray();
  const since = after === null ? { $gte: firstDate } : { $gt: after.at };
  return readBehind(
    after !== null && ((limit) => read({ createdAt: after.at, _id: { $gt: after.key } }, limit)),
    (limit) => read({ createdAt: { ...since, $lte: lastDate } }, limit),
  );
}

/** Those that no event of the org comes before in the chain. */
async function pickStarts(
  events: Events,
  orgId: string,
  places: readonly PlacedEvent[],
): Promise<PlacedEvent[]> {
  const known = new Set(places.map(({ _id }) => _id));
  const before = places.map(({ _id }) => keyBefore(_id)).filter((key) => key !== null && !known.has(key));
  const options = { projection: { orgId: 1 } } as const;
  const found = await events.find({ _id: { $in: before as string[] } }, options).toArray();
  for (const event of found) if (event.orgId === orgId) known.add(event._id);
  return places.filter(({ _id, createdAt }) => {
    const key = keyBefore(_id);
    return key === null || !known.has(key) || !(createdAt instanceof Date);
  });
}

/** Through the index of a workflow's executions, one workflow after the other. */
function readClaims(
  executions: Executions,
  orgId: string,
  after: ClaimPlace | null,
): Promise<ClaimDocument[]> {
  const read = (filter: mongoose.mongo.Filter<ExecutionDocument>, limit: number): Promise<ClaimDocument[]> =>
    executions
      .find({ orgId, ...filter }, { projection: claimFields, limit })
      .sort({ workflowId: 1, _id: -1 })
      .toArray();
  return readBehind(
    after !== null &&
      ((limit) => read({ workflowId: after.workflowId, _id: { $lt: after.executionId } }, limit)),
    (limit) => read({ workflowId: { $gt: after?.workflowId ?? '' } }, limit),
  );
}

/**
 * A part of what is sorted by two fields: what has the first field of the place and is behind it, then the rest.
 * As two queries, each of which enters the index where it begins; as one, MongoDB reads up to the place again.
 */
async function readBehind<Document>(
  readSame: ((limit: number) => Promise<Document[]>) | false,
  readRest: (limit: number) => Promise<Document[]>,
): Promise<Document[]> {
  const same = readSame === false ? [] : await readSame(chainBatch);
  return same.length === chainBatch ? same : [...same, ...(await readRest(chainBatch - same.length))];
}

function nextOf<Document, Place>(
  found: readonly Document[],
  toPlace: (last: Document) => Place,
): Place | null {
  const last = found.at(-1);
  return found.length < chainBatch || last === undefined ? null : toPlace(last);
}

function toPlace({ _id, createdAt }: PlacedEvent): LogPlace {
  return { at: createdAt, key: _id };
}

/** Of the event before; null when there is none. */
function keyBefore(key: string): string | null {
  const { executionId, seq } = parseEventKey(key);
  return seq > 1 ? eventKey(executionId, seq - 1) : null;
}

function toClaim({ _id, lastEventSeq, lastEventHash, outbox }: ClaimDocument): LogClaim {
  return { executionId: _id, last: { seq: lastEventSeq, hash: lastEventHash }, outbox: outbox.events };
}
