import { deriveId } from '../src/domain/ids.ts';
import { type MemberSettings, noSettings } from '../src/domain/member-settings.ts';
import { type Database, durable, nativeCollection } from './database.ts';
import type { MemberSettingsDocument } from './member-settings.ts';

/** What is changed; what is left out stays. */
export type SettingsChanges = Partial<Pick<MemberSettings, 'workingHours' | 'away'>>;

/** What people have set for themselves. */
export interface MemberSettingsStore {
  /** Whoever has set nothing has the defaults. */
  find(orgId: string, userId: string): Promise<MemberSettings>;
  /** @returns the settings before and after, as of one write */
  update(
    orgId: string,
    userId: string,
    changes: SettingsChanges,
    updatedAt: Date,
  ): Promise<{ before: MemberSettings; after: MemberSettings }>;
}

export function createMemberSettingsStore(database: Database): MemberSettingsStore {
  const settings = nativeCollection<MemberSettingsDocument>(database, 'membersettings');
  return {
    async find(orgId, userId) {
      return toSettings(orgId, userId, await settings.findOne({ _id: idOf(orgId, userId) }));
    },
    async update(orgId, userId, changes, updatedAt) {
      const { updatedAt: _never, ...defaults } = { ...noSettings(orgId, userId), ...changes };
      const unset = Object.fromEntries(Object.entries(defaults).filter(([key]) => !(key in changes)));
      const document = await settings.findOneAndUpdate(
        { _id: idOf(orgId, userId) },
        { $set: { ...changes, updatedAt }, $setOnInsert: unset },
        { upsert: true, returnDocument: 'before', writeConcern: durable },
      );
      const before = toSettings(orgId, userId, document);
      return { before, after: { ...before, ...changes, updatedAt } };
    },
  };
}

function idOf(orgId: string, userId: string): string {
  return deriveId('member', orgId, userId);
}

function toSettings(orgId: string, userId: string, document: MemberSettingsDocument | null): MemberSettings {
  if (document === null) return noSettings(orgId, userId);
  const { _id: _unused, ...fields } = document;
  return fields;
}
