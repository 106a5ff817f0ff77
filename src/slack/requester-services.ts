import type { Access } from '../domain/access.ts';
import type { Members } from '../engine/people/members.ts';
import type { Restrict, RestrictedServices } from '../engine/access/restriction.ts';
import type { Directory } from './directory.ts';
import { type Requester, identify } from './listeners/requester.ts';

/** Engine, workflows and tasks as one person in Slack may use them. */
export interface RequesterServices extends RestrictedServices {
  access: Access;
}

/** @throws PermissionError for whoever was taken out of the org, OutsiderError for who is of another workspace */
export type ForRequester = (requester: Requester) => Promise<RequesterServices>;

export interface ForRequesterDeps {
  members: Pick<Members, 'enter'>;
  restrict: Restrict;
  directoryOf: (orgId: string) => Promise<Directory>;
}

/** Whoever does something in Slack becomes a member of the org by it, unless they are of another workspace. */
export function createForRequester({ members, restrict, directoryOf }: ForRequesterDeps): ForRequester {
  return async (requester) => {
    const access = await members.enter(requester.orgId, requester.userId, requester.handle);
    const restricted = restrict({
      access,
      keyId: null,
      identify: async (recipients) => identify(await directoryOf(requester.orgId), requester, recipients),
    });
    return { ...restricted, access };
  };
}
