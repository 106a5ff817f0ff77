import { keysMessage } from '../../../../blocks/keys/keys-message.ts';
import type { Message } from '../../../../blocks/message.ts';
import { isAdmin } from '../../../domain/access.ts';
import type { Manager } from '../../../engine/people/manager.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Reply } from '../reply/reply.ts';
import { type Requester, actorFor } from '../requester.ts';

/** Who manages their keys here. @throws PermissionError for who is no member any more */
export async function managerFor(deps: SlackDeps, requester: Requester): Promise<Manager> {
  const { access } = await deps.forRequester(requester);
  return { access, actor: await actorFor(deps.connection.directory, requester) };
}

/** Tells the person, and nobody else, which keys they have; admins, those of teams too. */
export async function showKeys(deps: SlackDeps, requester: Requester, reply: Reply): Promise<void> {
  await reply.tell(await listKeys(deps, requester));
}

/** The list of keys as a message for one person. */
export async function listKeys(deps: SlackDeps, requester: Requester): Promise<Message> {
  const by = await managerFor(deps, requester);
  const { orgId, userId } = requester;
  const [all, teams] = await Promise.all([deps.apiKeys.list(by, orgId), deps.teams.list(by, orgId)]);
  const own = all.filter((key) => key.userId === userId || (key.kind === 'team' && isAdmin(by.access)));
  return keysMessage({ keys: own, teams });
}
