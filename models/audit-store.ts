import type mongoose from 'mongoose';
import type { ExecutionEvent } from '../src/domain/event.ts';
import type { OrgEvent } from '../src/domain/org-event.ts';
import { type Database, nativeCollection } from './database.ts';
import { type EventDocument, eventKey, toEvent } from './event.ts';
import { type OrgEventDocument, toOrgEvent } from './org-event.ts';

/** One entry of the audit log: what was done to the org itself, or what happened in a task. */
export type AuditEntry =
  | { kind: 'org'; key: string; event: OrgEvent }
  | { kind: 'execution'; key: string; event: ExecutionEvent };

/** A place between two entries. */
export interface AuditPlace {
  at: Date;
  kind: AuditEntry['kind'];
  key: string;
}

export interface AuditFilter {
  type?: string | undefined;
  workflowId?: string | undefined;
  executionId?: string | undefined;
  /** Slack user id, the id of a key or of a schedule, or `system`. */
  actor?: string | undefined;
  /** This moment included. */
  since?: Date | undefined;
  /** This moment not included. */
  until?: Date | undefined;
}

/** Reads the events of the org and of its tasks as one log. Events of tasks come in as the relay moves them. */
export interface AuditStore {
  /** Newest first, only entries behind `after`. */
  list(
    orgId: string,
    filter: AuditFilter,
    page: { limit: number; after?: AuditPlace | undefined },
  ): Promise<AuditEntry[]>;
}

export function createAuditStore(database: Database): AuditStore {
  const orgEvents = nativeCollection<OrgEventDocument>(database, 'orgEvents');
  const executionEvents = nativeCollection<EventDocument>(database, 'events');
  const sort = { createdAt: -1, _id: -1 } as const;

  return {
    async list(orgId, filter, { limit, after }) {
      const [ofOrg, ofTasks] = await Promise.all([
        filter.executionId === undefined
          ? orgEvents
              .find(toQuery(orgId, 'org', filter, after))
              .sort(sort)
              .limit(limit)
              .toArray()
          : [],
        executionEvents
          .find(toQuery(orgId, 'execution', filter, after))
          .sort(sort)
          .limit(limit)
          .toArray(),
      ]);
      const entries: AuditEntry[] = [
        ...ofOrg.map(
          (document) => ({ kind: 'org', key: document._id, event: toOrgEvent(document) }) as const,
        ),
        ...ofTasks.map(
          (document) => ({ kind: 'execution', key: document._id, event: toEvent(document) }) as const,
        ),
      ];
      return entries.toSorted(byPlace).slice(0, limit);
    },
  };
}

function toQuery<Document extends OrgEventDocument | EventDocument>(
  orgId: string,
  kind: AuditEntry['kind'],
  filter: AuditFilter,
  after: AuditPlace | undefined,
): mongoose.mongo.Filter<Document> {
  const { type, workflowId, executionId, actor, since, until } = filter;
  const times = {
    ...(since === undefined ? {} : { $gte: since }),
    ...(until === undefined ? {} : { $lt: until }),
  };
  const conditions: object[] = [
    ...(Object.keys(times).length === 0 ? [] : [{ createdAt: times }]),
    ...(after === undefined ? [] : [behind(kind, after)]),
    ...(actor === undefined ? [] : [byActor(actor)]),
    // Through the index of what an execution's events are called by.
    ...(executionId === undefined
      ? []
      : [{ _id: { $gt: eventKey(executionId, 0), $lt: `${executionId};` } }]),
  ];
  return {
    orgId,
    ...(type === undefined ? {} : { type }),
    ...(workflowId === undefined ? {} : { workflowId }),
    ...(conditions.length === 0 ? {} : { $and: conditions }),
  } as mongoose.mongo.Filter<Document>;
}

/** Of entries of the same moment, those of the org come first, and of one kind the one with the larger key. */
function behind(kind: AuditEntry['kind'], { at, kind: placeKind, key }: AuditPlace): object {
  if (kind === placeKind) {
    // The first condition says nothing new: with it, the index is entered at the place and not at its beginning.
    return { createdAt: { $lte: at }, $or: [{ createdAt: { $lt: at } }, { _id: { $lt: key } }] };
  }
  return { createdAt: kind === 'org' ? { $lt: at } : { $lte: at } };
}

function byActor(actor: string): object {
  if (actor === 'system') return { 'actor.kind': 'system' };
  return { $or: [{ 'actor.userId': actor }, { 'actor.keyId': actor }, { 'actor.triggerId': actor }] };
}

function byPlace(left: AuditEntry, right: AuditEntry): number {
  const apart = right.event.createdAt.getTime() - left.event.createdAt.getTime();
  if (apart !== 0) return apart;
  if (left.kind !== right.kind) return left.kind === 'org' ? -1 : 1;
  return left.key < right.key ? 1 : -1;
}
