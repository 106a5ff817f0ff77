import type { Access } from '../domain/access.ts';
import { PermissionError } from '../errors.ts';
import type { Members } from '../engine/people/members.ts';
import type { Restrict, RestrictedServices } from '../engine/access/restriction.ts';
import type { Directory } from './directory.ts';
import { type Requester, identify } from './listeners/requester.ts';

/** Engine, workflows and tasks as one person in Slack may use them. */
export interface RequesterServices extends RestrictedServices {
  access: Access;
}

/** @throws PermissionError for whoever was taken out of the org */
export type ForRequester = (requester: Requester) => Promise<RequesterServices>;

export interface ForRequesterDeps {
  members: Pick<Members, 'enter'>;
  restrict: Restrict;
  directoryOf: (orgId: string) => Promise<Directory>;
}

/** Whoever does something in Slack becomes a member of the org by it. */
export function createForRequester({ members, restrict, directoryOf }: ForRequesterDeps): ForRequester {
  return async (requester) => {
    const access = await members.enter(requester.orgId, requester.userId, requester.handle);
    if (access === null) {
      throw new PermissionError('You are no longer a member here. Ask one of the admins to add you again.');
    }
    const restricted = restrict({
      access,
      keyId: null,
      identify: async (recipients) => identify(await directoryOf(requester.orgId), requester, recipients),
    });
    return { ...restricted, access };
  };
}
