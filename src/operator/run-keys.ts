import { type Org, createOrgStore } from '../../models/org.ts';
import type { OrgServices } from '../composition/create-org-services.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../../models/database.ts';
import type { Role } from '../domain/access.ts';
import { systemActor } from '../domain/actor.ts';
import type { ApiKey } from '../domain/api-key.ts';
import { addDuration } from '../domain/duration.ts';
import type { Member } from '../domain/member.ts';
import type { KeyOwner } from '../engine/people/api-keys.ts';
import type { Manager } from '../engine/people/manager.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import { type KeysCommand, keysUsage } from './parse-keys-command.ts';

export interface RunKeysDeps {
  database: Database;
  org: OrgServices;
  clock: Clock;
  /** Shows a line to the person. */
  tell: (line: string) => void;
  /** What a program may want to read: keys, the list. */
  print: (line: string) => void;
}

type Create = Extract<KeysCommand, { kind: 'create' }>;

/** Does what `npm run keys` was asked for, in the first org. @throws AppError */
export async function runKeys(deps: RunKeysDeps, command: KeysCommand): Promise<void> {
  if (command.kind === 'help') return deps.print(keysUsage);
  const org = await findOrg(deps, command.orgId);
  switch (command.kind) {
    case 'create':
      return create(deps, org, command);
    case 'list':
      return list(deps, org);
    case 'revoke': {
      const { name } = await deps.org.apiKeys.revokeAsOperator(org.id, command.keyId);
      return deps.tell(`Revoked the key "${name}". It no longer opens anything.`);
    }
  }
}

async function findOrg({ database }: RunKeysDeps, orgId: string | null): Promise<Org> {
  const orgs = createOrgStore(database);
  const org = orgId === null ? await orgs.first() : await orgs.find(orgId);
  if (org !== null) return org;
  if (orgId !== null) throw new NotFoundError(`There is no org ${orgId}.`);
  throw new NotFoundError('There is no org yet. Start the bot once, then try again.');
}

async function create(deps: RunKeysDeps, org: Org, command: Create): Promise<void> {
  const { apiKeys } = deps.org;
  const { owner, who } = await findOwner(deps, org, command);
  const { name, expiresIn } = command;
  const expiresAt = expiresIn === null ? null : addDuration(deps.clock.now(), expiresIn);
  const { bearer } = await apiKeys.createAsOperator(org.id, { name, owner, expiresAt });
  const until = expiresAt === null ? 'It never expires' : `It expires on ${expiresAt.toISOString()}`;
  deps.tell(`A key for ${who} in ${org.name} (org ${org.id}). ${until}. It is shown this once:`);
  deps.print(bearer);
}

async function findOwner(
  deps: RunKeysDeps,
  org: Org,
  command: Create,
): Promise<{ owner: KeyOwner; who: string }> {
  if ('team' in command.owner) {
    const team = await deps.org.teams.findByName(org.id, command.owner.team);
    if (team === null) throw new NotFoundError(`${org.name} has no team called "${command.owner.team}".`);
    return { owner: { kind: 'team', teamId: team.id }, who: `the team ${team.name}` };
  }
  const member = await findMember(deps, org, command.owner.user, command.makeOwner);
  const who = `${member.name ?? member.userId} (${member.role})`;
  return { owner: { kind: 'user', userId: member.userId }, who };
}

/**
 * Whoever is not known yet, was taken out, or is of another workspace is made a member by their Slack id.
 *
 * @throws ConflictError for who is deactivated: a key of theirs opens nothing
 */
async function findMember(
  { org: { members } }: RunKeysDeps,
  { id: orgId, name: orgName }: Org,
  user: string,
  makeOwner: boolean,
): Promise<Member> {
  const operator = operatorOf(orgId);
  const found = await members.find(orgId, user);
  if (found?.status === 'DEACTIVATED') {
    throw new ConflictError(
      `${found.name ?? user} is deactivated in Slack, so a key of theirs would open nothing. Make one for a team, or for somebody else.`,
    );
  }
  if (found?.status === 'ACTIVE') {
    return makeOwner ? members.changeRole(operator, orgId, found.id, 'owner') : found;
  }
  if (!/^[UW][A-Z0-9]{2,}$/.test(user)) {
    throw new NotFoundError(
      `Nobody in ${orgName} is known as "${user}". Who has not used Baton in Slack yet is called by their Slack user id (in their profile: Copy member ID).`,
    );
  }
  const role = makeOwner ? 'owner' : roleOfReturning(found);
  return members.add(operator, orgId, { userId: user, name: null, email: null, role });
}

/**
 * A role that is given here lets in whoever is of another workspace; nobody asks Slack here. Of who was taken out
 * it is not known whether they are: had a role let them in, one does so again, but never as more than a member.
 */
function roleOfReturning(found: Member | null): Role | null {
  if (found?.status === 'OUTSIDE') return 'guest';
  if (found?.status !== 'REMOVED' || !found.isRoleSet) return null;
  return found.role === 'guest' ? 'guest' : 'member';
}

/** Whoever holds the database may do everything. */
function operatorOf(orgId: string): Manager {
  const access = { orgId, role: 'owner', teamIds: [], userId: null, handler: null } as const;
  return { access, actor: systemActor };
}

async function list({ org, print, tell }: RunKeysDeps, { id: orgId, name }: Org): Promise<void> {
  const keys = await org.apiKeys.listAsOperator(orgId);
  tell(keys.length === 0 ? `${name} has no keys.` : `Keys of ${name}, newest first:`);
  for (const key of keys) print(describeKey(key));
}

function describeKey({ id, kind, name, userId, teamId, expiresAt, lastUsedAt }: ApiKey): string {
  const expires = expiresAt === null ? 'never expires' : `expires ${expiresAt.toISOString()}`;
  const used = lastUsedAt === null ? 'never used' : `used ${lastUsedAt.toISOString()}`;
  return [id, `${kind} ${userId ?? teamId ?? ''}`, name, expires, used].join('\t');
}
