import type mongoose from 'mongoose';
import type { Role } from '../src/domain/access.ts';
import type { Member, MemberStatus, MemberPlace } from '../src/domain/member.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import type { MemberDocument } from './member.ts';

const maxListed = 1_000;

/** What is changed of a member; what is left out stays. */
export interface MemberChanges {
  name?: string | null;
  email?: string | null;
  role?: Role;
  isRoleSet?: boolean;
  status?: MemberStatus;
}

/** What `changeRole` came to. */
export type RoleChange =
  | { kind: 'changed'; before: Member; after: Member }
  | { kind: 'missing' }
  /** Nothing changed, because the org would have been left without an owner. */
  | { kind: 'last-owner' };

/** The people of the orgs. */
export interface MemberStore {
  find(orgId: string, userId: string): Promise<Member | null>;
  findById(orgId: string, memberId: string): Promise<Member | null>;
  findByEmail(orgId: string, email: string): Promise<Member | null>;
  /** By name, without those who were removed: at most 1,000 of the org, or all of these, by their Slack user ids. */
  list(orgId: string, among?: readonly string[]): Promise<Member[]>;
  /** As many as `limit` of the org in the same order, from the first one behind this place. */
  listAfter(orgId: string, place: MemberPlace | null, limit: number): Promise<Member[]>;
  /** @returns what is stored: the new one, or the one that was there already */
  insertIfMissing(member: Member): Promise<{ member: Member; inserted: boolean }>;
  /** @returns the member after the change, or null when there is none */
  update(orgId: string, memberId: string, changes: MemberChanges, updatedAt: Date): Promise<Member | null>;
  /** As `update`, unless it would leave the org without an active owner; safe against another such change at the same time. */
  updateUnlessLastOwner(
    orgId: string,
    memberId: string,
    changes: MemberChanges,
    updatedAt: Date,
  ): Promise<RoleChange>;
  hasOwner(orgId: string): Promise<boolean>;
}

export function createMemberStore(database: Database): MemberStore {
  return new MongoMemberStore(database);
}

class MongoMemberStore implements MemberStore {
  readonly #database: Database;
  readonly #members: mongoose.mongo.Collection<MemberDocument>;
  readonly #orgs: mongoose.mongo.Collection<{ _id: string; ownerChanges?: number }>;

  constructor(database: Database) {
    this.#database = database;
    this.#members = nativeCollection(database, 'members');
    this.#orgs = nativeCollection(database, 'orgs');
  }

  async find(orgId: string, userId: string): Promise<Member | null> {
    return toMember(await this.#members.findOne({ orgId, userId }));
  }

  async findById(orgId: string, memberId: string): Promise<Member | null> {
    return toMember(await this.#members.findOne({ _id: memberId, orgId }));
  }

  async findByEmail(orgId: string, email: string): Promise<Member | null> {
    return toMember(await this.#members.findOne({ orgId, email }));
  }

  async list(orgId: string, among?: readonly string[]): Promise<Member[]> {
    if (among === undefined) return this.#listByName(orgId, {}, maxListed);
    // No limit is 0.
    return this.#listByName(orgId, { userId: { $in: [...among] } }, 0);
  }

  async listAfter(orgId: string, place: MemberPlace | null, limit: number): Promise<Member[]> {
    return this.#listByName(orgId, place === null ? {} : behind(place), limit);
  }

  async #listByName(
    orgId: string,
    which: mongoose.mongo.Filter<MemberDocument>,
    limit: number,
  ): Promise<Member[]> {
    const filter = { orgId, status: { $ne: 'REMOVED' as const }, ...which };
    const documents = await this.#members.find(filter).sort({ name: 1, _id: 1 }).limit(limit).toArray();
    return documents.map((document) => asMember(document));
  }

  async insertIfMissing(member: Member): Promise<{ member: Member; inserted: boolean }> {
    const { id, ...fields } = member;
    const result = await this.#members.updateOne(
      { _id: id },
      { $setOnInsert: fields },
      { upsert: true, writeConcern: durable },
    );
    if (result.upsertedCount === 1) return { member, inserted: true };
    return { member: (await this.findById(member.orgId, id)) ?? member, inserted: false };
  }

  async update(
    orgId: string,
    memberId: string,
    changes: MemberChanges,
    updatedAt: Date,
  ): Promise<Member | null> {
    const document = await this.#members.findOneAndUpdate(
      { _id: memberId, orgId },
      { $set: { ...changes, updatedAt } },
      { returnDocument: 'after', writeConcern: durable },
    );
    return toMember(document);
  }

  /** Every such change of one org writes to the org's document, so that of two at once one is done again. */
  async updateUnlessLastOwner(
    orgId: string,
    memberId: string,
    changes: MemberChanges,
    updatedAt: Date,
  ): Promise<RoleChange> {
    return this.#database.transaction(
      async (session): Promise<RoleChange> => {
        await this.#orgs.updateOne({ _id: orgId }, { $inc: { ownerChanges: 1 } }, { session });
        const document = await this.#members.findOne({ _id: memberId, orgId }, { session });
        const before = toMember(document);
        if (before === null) return { kind: 'missing' };
        const after = { ...before, ...changes, updatedAt };
        if (isOwner(before) && !isOwner(after)) {
          const others = { orgId, role: 'owner', status: 'ACTIVE', _id: { $ne: memberId } } as const;
          if ((await this.#members.findOne(others, { session })) === null) return { kind: 'last-owner' };
        }
        await this.#members.updateOne({ _id: memberId }, { $set: { ...changes, updatedAt } }, { session });
        return { kind: 'changed', before, after };
      },
      { writeConcern: durable },
    );
  }

  async hasOwner(orgId: string): Promise<boolean> {
    return (await this.#members.findOne({ orgId, role: 'owner', status: 'ACTIVE' })) !== null;
  }
}

function isOwner({ role, status }: Member): boolean {
  return role === 'owner' && status === 'ACTIVE';
}

function toMember(document: MemberDocument | null): Member | null {
  return document === null ? null : asMember(document);
}

function asMember({ _id, ...fields }: MemberDocument): Member {
  return { id: _id, ...fields };
}

/** Those without a name come first. */
function behind({ name, id }: MemberPlace): mongoose.mongo.Filter<MemberDocument> {
  const later = name === null ? { name: { $type: 'string' as const } } : { name: { $gt: name } };
  return { $or: [later, { name, _id: { $gt: id } }] };
}
