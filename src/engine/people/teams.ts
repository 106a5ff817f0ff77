import type { Team } from '../../domain/team.ts';
import type { Manager } from './manager.ts';

/**
 * The teams of an org. Admins manage them; members see the teams that they are in, and the others do not
 * exist for them. Every change is logged.
 */
export interface Teams {
  /** @throws NotFoundError for another org, PermissionError for handlers' tokens; so does every call here */
  list(by: Manager, orgId: string): Promise<Team[]>;
  get(by: Manager, orgId: string, teamId: string): Promise<Team>;
  /**
   * With an `id` a repetition finds the team that was made before.
   * @throws ValidationError, ConflictError when the name is taken
   */
  create(by: Manager, orgId: string, name: string, id?: string): Promise<Team>;
  /** @throws ValidationError, ConflictError when the name is taken */
  rename(by: Manager, orgId: string, teamId: string, name: string): Promise<Team>;
  /** Revokes its keys. @throws ConflictError while workflows belong to it */
  delete(by: Manager, orgId: string, teamId: string): Promise<void>;
  /** @throws NotFoundError for who is no member of the org */
  addMember(by: Manager, orgId: string, teamId: string, memberId: string): Promise<Team>;
  removeMember(by: Manager, orgId: string, teamId: string, memberId: string): Promise<Team>;
  /** By name in any case, whoever asks. */
  findByName(orgId: string, name: string): Promise<Team | null>;
  /** Whoever asks; null when the org has no such team. */
  nameOf(orgId: string, teamId: string): Promise<string | null>;
  /** True when the org has this team. */
  exists(orgId: string, teamId: string): Promise<boolean>;
}
