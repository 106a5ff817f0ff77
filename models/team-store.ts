import type mongoose from 'mongoose';
import type { Team } from '../src/domain/team.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import type { TeamDocument } from './team.ts';
import { nameKeyOf, orNameTaken } from './unique-name.ts';

const maxListed = 1_000;

/** The teams of the orgs. Every call stays within one org. */
export interface TeamStore {
  /** @throws ConflictError when the org has another team of this name */
  insert(team: Team): Promise<void>;
  find(orgId: string, teamId: string): Promise<Team | null>;
  /** In any case. */
  findByName(orgId: string, name: string): Promise<Team | null>;
  /** By name; at most 1,000. */
  list(orgId: string): Promise<Team[]>;
  idsOf(orgId: string, userId: string): Promise<string[]>;
  /** @returns null when there is no such team @throws ConflictError when the name is taken */
  rename(orgId: string, teamId: string, name: string, updatedAt: Date): Promise<Team | null>;
  /** @returns null when there is no such team */
  addUser(orgId: string, teamId: string, userId: string, updatedAt: Date): Promise<Team | null>;
  /** @returns null when there is no such team */
  removeUser(orgId: string, teamId: string, userId: string, updatedAt: Date): Promise<Team | null>;
  /** Takes the person out of every team of the org. */
  removeUserFromAll(orgId: string, userId: string, updatedAt: Date): Promise<void>;
  /** True while workflows that are not archived belong to the team. */
  ownsWorkflows(orgId: string, teamId: string): Promise<boolean>;
  delete(orgId: string, teamId: string): Promise<boolean>;
}

export function createTeamStore(database: Database): TeamStore {
  const teams = nativeCollection<TeamDocument>(database, 'teams');
  const workflows = nativeCollection<{ _id: string; orgId: string; teamId: string | null; status: string }>(
    database,
    'workflows',
  );

  async function change(
    orgId: string,
    teamId: string,
    update: mongoose.mongo.UpdateFilter<TeamDocument>,
  ): Promise<Team | null> {
    const options = { returnDocument: 'after', writeConcern: durable } as const;
    return toTeam(await teams.findOneAndUpdate({ _id: teamId, orgId }, update, options));
  }

  return {
    async insert({ id, ...fields }) {
      const document = { _id: id, nameKey: nameKeyOf(fields.name), ...fields };
      await orNameTaken('a team', fields.name, () => teams.insertOne(document, { writeConcern: durable }));
    },
    find: async (orgId, teamId) => toTeam(await teams.findOne({ _id: teamId, orgId })),
    findByName: async (orgId, name) => toTeam(await teams.findOne({ orgId, nameKey: nameKeyOf(name) })),
    list: async (orgId) =>
      (await teams.find({ orgId }).sort({ nameKey: 1 }).limit(maxListed).toArray()).map(asTeam),
    idsOf: async (orgId, userId) => {
      const found = teams.find({ orgId, userIds: userId }, { projection: { _id: 1 } });
      return (await found.toArray()).map(({ _id }) => _id);
    },
    rename: (orgId, teamId, name, updatedAt) =>
      orNameTaken('a team', name, () =>
        change(orgId, teamId, { $set: { name, nameKey: nameKeyOf(name), updatedAt } }),
      ),
    addUser: (orgId, teamId, userId, updatedAt) =>
      change(orgId, teamId, { $addToSet: { userIds: userId }, $set: { updatedAt } }),
    removeUser: (orgId, teamId, userId, updatedAt) =>
      change(orgId, teamId, { $pull: { userIds: userId }, $set: { updatedAt } }),
    removeUserFromAll: async (orgId, userId, updatedAt) => {
      const update = { $pull: { userIds: userId }, $set: { updatedAt } };
      await teams.updateMany({ orgId, userIds: userId }, update, { writeConcern: durable });
    },
    ownsWorkflows: async (orgId, teamId) =>
      (await workflows.findOne({ orgId, teamId, status: { $ne: 'ARCHIVED' } })) !== null,
    delete: async (orgId, teamId) =>
      (await teams.deleteOne({ _id: teamId, orgId }, { writeConcern: durable })).deletedCount === 1,
  };
}

function toTeam(document: TeamDocument | null): Team | null {
  return document === null ? null : asTeam(document);
}

function asTeam({ _id, nameKey: _nameKey, ...fields }: TeamDocument): Team {
  return { id: _id, ...fields };
}
