import { authoringActions } from '../../../../blocks/authoring/authoring-ids.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import { openModal } from '../open-modal.ts';
import { fieldsView } from './open-authoring.ts';
import { requireEditor } from './require-editor.ts';

/** *Inputs* on a workflow's card. */
export async function openInputs(deps: SlackDeps, click: Click): Promise<void> {
  const { requester, triggerId, reply, place: card, value } = click;
  await requireEditor(deps, requester, value);
  const found = await deps.workflows.get(requester.orgId, value);
  const view = fieldsView(found, { kind: 'inputs' }, card);
  const again = { text: 'Open the form', actionId: authoringActions.editInputs, value };
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}
