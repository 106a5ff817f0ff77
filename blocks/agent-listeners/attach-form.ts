import type { ModalView } from '@slack/types';
import { type AgentListenerInput, taskEventTypes } from '../../src/domain/agent-listener.ts';
import { context, input, option } from '../elements.ts';
import { valueActionId } from '../form-input.ts';
import { type FormState, readInput, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { modal } from '../modal.ts';
import { eventChoices } from './event-words.ts';
import { listenerCallbacks } from './listener-ids.ts';

export const attachBlocks = {
  agent: 'listener_agent',
  events: 'listener_events',
  approvers: 'listener_approvers',
} as const;

/** Asks which agent shall listen to what. `agents`: at least one. */
export function attachForm(options: {
  agents: readonly { id: string; name: string }[];
  metadata: string;
}): ModalView {
  const agents = options.agents.slice(0, limits.selectOptions).map(({ id, name }) => option(name, id));
  return modal({
    callbackId: listenerCallbacks.attach,
    title: 'Attach an agent',
    submit: 'Attach',
    close: 'Cancel',
    metadata: options.metadata,
    blocks: [
      input({
        blockId: attachBlocks.agent,
        label: 'Agent',
        element: { type: 'static_select', action_id: valueActionId, options: agents },
      }),
      input({
        blockId: attachBlocks.events,
        label: 'When',
        hint: 'It is given each of these events as its task, once.',
        element: {
          type: 'checkboxes',
          action_id: valueActionId,
          options: eventChoices.map(([type, words]) => option(words, type)),
        },
      }),
      input({
        blockId: attachBlocks.approvers,
        label: 'Whom it asks',
        hint: 'Before it calls a tool that needs a person: @names, emails, @groups, with commas. Empty: you.',
        optional: true,
        element: { type: 'plain_text_input', action_id: valueActionId, max_length: 1_000 },
      }),
      context('It cannot decide for people, and what its own work causes does not call it again.'),
    ],
  });
}

/** What was filled in; recipients as they were typed. */
export function readAttachForm(
  state: FormState,
): Pick<AgentListenerInput, 'agentId' | 'events' | 'approvers'> {
  const chosen = readInput(state, attachBlocks.events).selected;
  return {
    agentId: readInput(state, attachBlocks.agent).selected[0] ?? '',
    events: taskEventTypes.filter((type) => chosen.includes(type)),
    approvers: readText(state, attachBlocks.approvers)
      .split(',')
      .map((text) => text.trim())
      .filter((text) => text !== ''),
  };
}
