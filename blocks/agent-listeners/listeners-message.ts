import type { KnownBlock } from '@slack/types';
import type { AgentListener, ListenerLogEntry } from '../../src/domain/agent-listener.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { clip, inline, oneLine } from '../escape.ts';
import type { Message } from '../message.ts';
import { mention, slackTime } from '../people.ts';
import { describeEvents } from './event-words.ts';
import { encodeListenerRef, listenerActions } from './listener-ids.ts';

export interface ShownListener {
  listener: AgentListener;
  /** Null when the agent is no more. */
  agentName: string | null;
  /** What became of the latest events. */
  latest: readonly ListenerLogEntry[];
}

/** Which agents listen to a workflow, for one person. */
export function listenersMessage(options: {
  workflow: Workflow;
  listeners: readonly ShownListener[];
  canEdit: boolean;
  /** Said first: what was just done. */
  notice?: string;
}): Message {
  const { workflow, listeners, canEdit, notice } = options;
  const name = clip(oneLine(workflow.name), 100);
  const none = section(
    'No agent listens yet. One that does is given each event as its task, and works by itself.',
  );
  const attach = button({
    text: 'Attach an agent',
    actionId: listenerActions.attach,
    value: workflow.id,
    style: 'primary',
  });
  return message(`Agents that listen to ${inline(name)}: ${listeners.length}.`, [
    header(`Agents that listen to ${name}`),
    ...(notice === undefined ? [] : [context(notice)]),
    ...(listeners.length === 0 ? [none] : listeners.flatMap((shown) => rows(workflow.id, shown, canEdit))),
    ...(canEdit ? [actions([attach])] : []),
  ]);
}

function rows(
  workflowId: string,
  { listener, agentName, latest }: ShownListener,
  canEdit: boolean,
): KnownBlock[] {
  const { id: listenerId, enabled, events, createdBy, createdAt } = listener;
  const name = agentName ?? 'An agent that was deleted';
  const state = enabled ? '🟢 On' : '⏸️ Off';
  const value = encodeListenerRef({ workflowId, listenerId });
  const label = (verb: string): string => `${verb}: ${name}`;
  const buttons = [
    enabled
      ? button({ text: 'Switch off', actionId: listenerActions.switchOff, value, label: label('Switch off') })
      : button({ text: 'Switch on', actionId: listenerActions.switchOn, value, label: label('Switch on') }),
    button({
      text: 'Detach',
      actionId: listenerActions.detach,
      value,
      style: 'danger',
      label: label('Detach'),
      confirm: {
        title: 'Detach this agent?',
        text: `${name} hears of nothing here any more. What it has begun goes on.`,
        confirm: 'Detach',
        deny: 'Keep it',
      },
    }),
  ];
  return [
    section(`${bold(name)}  ·  ${state}\nWhen ${clip(inline(describeEvents(events)), 600)}`),
    context(`Attached by ${mention(createdBy)}, ${slackTime(createdAt)}`, ...latest.map(entryLine)),
    ...(canEdit ? [actions(buttons)] : []),
  ];
}

function entryLine({ at, eventType, decision, reason }: ListenerLogEntry): string {
  const why = reason === null ? '' : `: ${clip(inline(reason), 200)}`;
  const did =
    decision === 'started' ? 'it was called' : decision === 'skipped' ? 'not called' : 'could not be called';
  return `${slackTime(at)}  ${inline(describeEvents([eventType]))}: ${did}${why}`;
}
