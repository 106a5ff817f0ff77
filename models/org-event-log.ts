import { hashOrgEvent } from '../src/domain/org-event-chain.ts';
import type { OrgEvent, OrgEventDraft, OrgEventLog } from '../src/domain/org-event.ts';
import { RetryableError } from '../src/errors.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import { type OrgEventDocument, orgEventKey, toOrgEvent } from './org-event.ts';
import { isDuplicateKey } from './is-duplicate-key.ts';

/** Of several processes that append at the same time one wins each attempt, so this is never reached. */
const maxAttempts = 200;

/** The audit log of the orgs in MongoDB, with what verifies it. */
export interface MongoOrgEventLog extends OrgEventLog {
  /** The whole chain of one org, in order. */
  list(orgId: string): Promise<OrgEvent[]>;
}

/** One chain per org. Several processes may append at once: whoever was slower chains on to the faster one's event. */
export function createOrgEventLog(database: Database): MongoOrgEventLog {
  const collection = nativeCollection<OrgEventDocument>(database, 'orgEvents');
  /** What this process appends to one org waits for what it appended before, and so needs no second attempt. */
  const tails = new Map<string, Promise<void>>();

  async function findLast(orgId: string): Promise<OrgEventDocument | null> {
    // Local, not majority: what is chained to an event that is rolled back is rolled back with it.
    const newest = collection
      .find({ _id: { $gt: orgEventKey(orgId, 0), $lt: `${orgId};` } }, { readConcern: { level: 'local' } })
      .sort({ _id: -1 });
    return (await newest.limit(1).toArray())[0] ?? null;
  }

  async function withoutKnown(orgId: string, drafts: readonly OrgEventDraft[]): Promise<OrgEventDraft[]> {
    const filter = { orgId, eventId: { $in: drafts.map(({ id }) => id) } };
    const options = { projection: { eventId: 1 } } as const;
    const known = new Set((await collection.find(filter, options).toArray()).map(({ eventId }) => eventId));
    return drafts.filter(({ id }, index) => {
      return !known.has(id) && drafts.findIndex((other) => other.id === id) === index;
    });
  }

  async function appendToOrg(orgId: string, drafts: readonly OrgEventDraft[]): Promise<void> {
    for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
      const missing = await withoutKnown(orgId, drafts);
      if (missing.length === 0) return;
      const documents = chain(await findLast(orgId), missing);
      try {
        // In order: where one was taken, those after it are not stored either, and the chain has no gap.
        await collection.insertMany(documents, { ordered: true, writeConcern: durable });
        return;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
    throw new RetryableError('The audit log is written too quickly right now. Please try again.');
  }

  function enqueue(orgId: string, drafts: readonly OrgEventDraft[]): Promise<void> {
    const done = (tails.get(orgId) ?? Promise.resolve()).then(() => appendToOrg(orgId, drafts));
    const tail = done.catch(() => undefined);
    tails.set(orgId, tail);
    void tail.then(() => {
      if (tails.get(orgId) === tail) tails.delete(orgId);
    });
    return done;
  }

  return {
    async append(drafts) {
      const orgIds = [...new Set(drafts.map(({ orgId }) => orgId))];
      await Promise.all(
        orgIds.map((orgId) =>
          enqueue(
            orgId,
            drafts.filter((draft) => draft.orgId === orgId),
          ),
        ),
      );
    },
    async list(orgId) {
      const range = { $gt: orgEventKey(orgId, 0), $lt: `${orgId};` };
      const documents = await collection.find({ _id: range }).sort({ _id: 1 }).toArray();
      return documents.map(toOrgEvent);
    },
  };
}

function chain(last: OrgEventDocument | null, drafts: readonly OrgEventDraft[]): OrgEventDocument[] {
  let seq = last?.seq ?? 0;
  let prevHash = last?.hash ?? '';
  return drafts.map((draft) => {
    seq += 1;
    const event = { ...draft, seq, prevHash };
    const hash = hashOrgEvent(event);
    prevHash = hash;
    const { id, ...fields } = event;
    return { _id: orgEventKey(draft.orgId, seq), eventId: id, ...fields, hash };
  });
}
