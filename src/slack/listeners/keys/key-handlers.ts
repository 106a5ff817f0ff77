import { keyActions } from '../../../../blocks/keys/key-ids.ts';
import { keyForm } from '../../../../blocks/keys/key-form.ts';
import { isAdmin } from '../../../domain/access.ts';
import { NotFoundError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import type { Click } from '../actions/click.ts';
import { openModal } from '../open-modal.ts';
import { listKeys, managerFor, showKeys } from './show-keys.ts';

/** The buttons of the list of keys. */
export const keyHandlers: readonly ClickHandler[] = [
  { match: keyActions.show, handle: (deps, { requester, reply }) => showKeys(deps, requester, reply) },
  { match: keyActions.create, handle: openKeyForm },
  { match: keyActions.revoke, handle: revokeKey },
];

async function openKeyForm(deps: SlackDeps, { requester, triggerId, reply }: Click): Promise<void> {
  const by = await managerFor(deps, requester);
  const teams = isAdmin(by.access) ? await deps.teams.list(by, requester.orgId) : [];
  const again = { text: 'Create a key', actionId: keyActions.create };
  await openModal(deps.connection.client, { triggerId, view: keyForm({ teams }), reply, again });
}

/** A second click on the same button finds that it is done. */
async function revokeKey(deps: SlackDeps, click: Click): Promise<void> {
  const { requester, value: keyId } = click;
  const by = await managerFor(deps, requester);
  try {
    await deps.apiKeys.revoke(by, requester.orgId, keyId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
  const list = await listKeys(deps, requester);
  if (click.place.kind === 'ephemeral') await click.replaceEphemeral(list);
  else await click.reply.tell(list);
}
