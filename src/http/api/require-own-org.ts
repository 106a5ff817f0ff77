import { NotFoundError } from '../../errors.ts';
import type { ApiCaller } from '../authentication.ts';

/** The caller's own org. @throws NotFoundError for any other, whether or not it exists */
export function requireOwnOrg(orgId: string, caller: ApiCaller): string {
  if (orgId !== caller.access.orgId) throw new NotFoundError('There is no such org.');
  return orgId;
}
