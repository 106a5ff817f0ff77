import type { ApiKeyStore } from '../../../models/api-key-store.ts';
import type { MemberStore } from '../../../models/member-store.ts';
import type { TeamStore } from '../../../models/team-store.ts';
import type { Clock } from '../../clock.ts';
import { isAdmin } from '../../domain/access.ts';
import type { IdSource } from '../../domain/ids.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Member } from '../../domain/member.ts';
import type { OrgEventType } from '../../domain/org-event.ts';
import type { Team } from '../../domain/team.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.ts';
import { type Manager, requireAdmin, requireMember, requireOrg } from './manager.ts';
import type { NoteOrgEvent } from '../audit/note-org-event.ts';
import type { Teams } from './teams.ts';

export interface TeamsDeps {
  store: TeamStore;
  members: MemberStore;
  keys: ApiKeyStore;
  note: NoteOrgEvent;
  clock: Clock;
  newId: IdSource;
}

const maxNameLength = 100;

/** The teams of the orgs over the store. */
export function createTeams(deps: TeamsDeps): Teams {
  return new StoreTeams(deps);
}

class StoreTeams implements Teams {
  readonly #deps: TeamsDeps;

  constructor(deps: TeamsDeps) {
    this.#deps = deps;
  }

  async list(by: Manager, orgId: string): Promise<Team[]> {
    requireOrg(by, orgId);
    requireMember(by);
    const all = await this.#deps.store.list(orgId);
    return all.filter((team) => canSee(by, team));
  }

  async get(by: Manager, orgId: string, teamId: string): Promise<Team> {
    requireOrg(by, orgId);
    requireMember(by);
    const team = await this.#deps.store.find(orgId, teamId);
    if (team === null || !canSee(by, team)) throw noSuchTeam();
    return team;
  }

  async create(by: Manager, orgId: string, name: string, id?: string): Promise<Team> {
    requireOrg(by, orgId);
    requireAdmin(by);
    const madeBefore = id === undefined ? null : await this.#deps.store.find(orgId, id);
    if (madeBefore !== null) return madeBefore;
    const now = this.#deps.clock.now();
    const team: Team = {
      id: id ?? this.#deps.newId(),
      orgId,
      name: requireName(name),
      userIds: [],
      createdAt: now,
      updatedAt: now,
    };
    await this.#deps.store.insert(team);
    await this.#note('TEAM_CREATED', team, by, {});
    return team;
  }

  async rename(by: Manager, orgId: string, teamId: string, name: string): Promise<Team> {
    const before = await this.#getToManage(by, orgId, teamId);
    const { store, clock } = this.#deps;
    const after = await store.rename(orgId, teamId, requireName(name), clock.now());
    if (after === null) throw noSuchTeam();
    if (after.name !== before.name) await this.#note('TEAM_CHANGED', after, by, { from: before.name });
    return after;
  }

  async delete(by: Manager, orgId: string, teamId: string): Promise<void> {
    const team = await this.#getToManage(by, orgId, teamId);
    const { store, keys, clock } = this.#deps;
    if (await store.ownsWorkflows(orgId, teamId)) {
      throw new ConflictError(
        `Workflows belong to the team "${team.name}". Give them to another team or archive them first.`,
        'team-owns-workflows',
      );
    }
    if (!(await store.delete(orgId, teamId))) throw noSuchTeam();
    const revoked = await keys.revokeAllOf(orgId, { teamId }, clock.now());
    await this.#note('TEAM_DELETED', team, by, { revokedKeyIds: revoked.map(({ id }) => id) });
  }

  async addMember(by: Manager, orgId: string, teamId: string, memberId: string): Promise<Team> {
    const before = await this.#getToManage(by, orgId, teamId);
    const member = await this.#findMember(orgId, memberId);
    const { store, clock } = this.#deps;
    const after = await store.addUser(orgId, teamId, member.userId, clock.now());
    if (after === null) throw noSuchTeam();
    if (!before.userIds.includes(member.userId)) {
      await this.#note('TEAM_CHANGED', after, by, { added: member.userId });
    }
    return after;
  }

  async removeMember(by: Manager, orgId: string, teamId: string, memberId: string): Promise<Team> {
    const before = await this.#getToManage(by, orgId, teamId);
    const member = await this.#findMember(orgId, memberId);
    if (!before.userIds.includes(member.userId)) throw new NotFoundError('They are not in this team.');
    const { store, clock } = this.#deps;
    const after = await store.removeUser(orgId, teamId, member.userId, clock.now());
    if (after === null) throw noSuchTeam();
    await this.#note('TEAM_CHANGED', after, by, { removed: member.userId });
    return after;
  }

  findByName(orgId: string, name: string): Promise<Team | null> {
    return this.#deps.store.findByName(orgId, name.trim());
  }

  async nameOf(orgId: string, teamId: string): Promise<string | null> {
    return (await this.#deps.store.find(orgId, teamId))?.name ?? null;
  }

  async exists(orgId: string, teamId: string): Promise<boolean> {
    return (await this.#deps.store.find(orgId, teamId)) !== null;
  }

  /** A team that the caller may not see does not exist for them; one that they see says who manages it. */
  async #getToManage(by: Manager, orgId: string, teamId: string): Promise<Team> {
    const team = await this.get(by, orgId, teamId);
    requireAdmin(by);
    return team;
  }

  async #findMember(orgId: string, memberId: string): Promise<Member> {
    const member = await this.#deps.members.findById(orgId, memberId);
    if (member === null || member.status === 'REMOVED') throw new NotFoundError('There is no such member.');
    return member;
  }

  #note(type: OrgEventType, team: Team, { actor }: Manager, data: JsonObject): Promise<void> {
    const { id, orgId, name } = team;
    const subject = { kind: 'team', id, name };
    return this.#deps.note({ orgId, type, workflowId: null, actor, subject, data });
  }
}

function canSee({ access }: Manager, { id }: Team): boolean {
  return isAdmin(access) || access.teamIds.includes(id);
}

function requireName(text: string): string {
  const name = text.trim();
  if (name.length > 0 && name.length <= maxNameLength) return name;
  const message = `must have 1 to ${maxNameLength} characters`;
  throw new ValidationError(`The name ${message}.`, [{ path: 'name', message }]);
}

function noSuchTeam(): NotFoundError {
  return new NotFoundError('There is no such team.');
}
