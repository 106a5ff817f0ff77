import { attachForm } from '../../../../blocks/agent-listeners/attach-form.ts';
import { decodeListenerRef, listenerActions } from '../../../../blocks/agent-listeners/listener-ids.ts';
import type { Message } from '../../../../blocks/message.ts';
import { simpleMessage } from '../../../../blocks/elements.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { NotFoundError, ValidationError } from '../../../errors.ts';
import type { Manager } from '../../../engine/people/manager.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { ClickHandler } from '../actions/click-handler.ts';
import type { Click } from '../actions/click.ts';
import { requireEditor } from '../authoring/require-editor.ts';
import { managerFor } from '../keys/show-keys.ts';
import { openModal } from '../open-modal.ts';
import { listListeners } from './show-listeners.ts';

/** The buttons of the list of agents that listen. */
export const listenerHandlers: readonly ClickHandler[] = [
  {
    match: listenerActions.show,
    handle: async (deps, { requester, value, reply }) =>
      reply.tell(await listListeners(deps, requester, value)),
  },
  { match: listenerActions.attach, handle: openAttachForm },
  {
    match: listenerActions.switchOn,
    handle: (deps, click) =>
      change(deps, click, 'It is switched on.', (by, workflow, id) =>
        deps.agentListeners.change(by, workflow, id, { enabled: true }),
      ),
  },
  {
    match: listenerActions.switchOff,
    handle: (deps, click) =>
      change(deps, click, 'It is switched off.', (by, workflow, id) =>
        deps.agentListeners.change(by, workflow, id, { enabled: false }),
      ),
  },
  {
    match: listenerActions.detach,
    handle: (deps, click) =>
      change(deps, click, 'It is detached.', (by, workflow, id) =>
        deps.agentListeners.detach(by, workflow, id),
      ),
  },
];

async function openAttachForm(deps: SlackDeps, click: Click): Promise<void> {
  const { requester, triggerId, reply, value: workflowId } = click;
  await requireEditor(deps, requester, workflowId);
  const by = await managerFor(deps, requester);
  const agents = await deps.agents.list(by, requester.orgId);
  if (agents.length === 0) {
    return reply.tell(simpleMessage('There are no agents yet. An admin makes one with `/workflow agents`.'));
  }
  const again = { text: 'Attach an agent', actionId: listenerActions.attach, value: workflowId };
  const view = attachForm({ agents, metadata: JSON.stringify({ workflowId }) });
  await openModal(deps.connection.client, { triggerId, view, reply, again });
}

/** A second click on the same button finds that it is done. */
async function change(
  deps: SlackDeps,
  click: Click,
  notice: string,
  make: (by: Manager, workflow: Workflow, listenerId: string) => Promise<unknown>,
): Promise<void> {
  const { requester, reply, place } = click;
  const ref = decodeListenerRef(click.value);
  if (ref === null) throw new ValidationError('This button is from another version of Baton.');
  const { workflow } = await deps.workflows.get(requester.orgId, ref.workflowId);
  let said = notice;
  try {
    await make(await managerFor(deps, requester), workflow, ref.listenerId);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    said = 'It was detached before. Nothing changed.';
  }
  const list: Message = await listListeners(deps, requester, ref.workflowId, said);
  if (place.kind === 'ephemeral') await click.replaceEphemeral(list);
  else await reply.tell(list);
}
