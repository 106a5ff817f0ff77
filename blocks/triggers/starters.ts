import type { Button, KnownBlock } from '@slack/types';
import type { Trigger } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { explainWorkflowStatus } from '../../src/domain/workflow-words.ts';
import { type TriggerWriter, describeTrigger } from '../../src/domain/trigger-words.ts';
import { bold, button, context, section } from '../elements.ts';
import { clip, inline } from '../escape.ts';
import { recipientMention } from '../people.ts';
import { encodeTriggerRef } from '../trigger-ref.ts';
import { triggerActions } from './trigger-ids.ts';

const maxSentence = 400;

const inSlack: TriggerWriter = {
  channel: (id) => `<#${id}>`,
  person: (id) => recipientMention(id.startsWith('S') ? `<!subteam^${id}>` : id),
  quoted: (text) => `“${clip(inline(text), 80)}”`,
};

/** When the trigger starts a task, in mrkdwn. */
export function triggerSentence(trigger: Trigger): string {
  return clip(describeTrigger(trigger, inSlack), maxSentence);
}

/** Name, state and sentence of a trigger, in mrkdwn. */
export function triggerLine(trigger: Trigger): string {
  const state = trigger.enabled ? '' : '  ·  _switched off_';
  return `${trigger.enabled ? '▶️' : '⏸️'} ${bold(clip(trigger.name, 80))}${state}\n${triggerSentence(trigger)}`;
}

/** The section "Starts by itself" of a workflow's card: everything that starts it, with a switch each. */
export function starterBlocks(
  triggers: readonly Trigger[],
  { max, canEdit }: { max: number; canEdit: boolean },
): KnownBlock[] {
  if (triggers.length === 0) return [];
  const shown = triggers.slice(0, max);
  const more =
    triggers.length > max ? [context(`… and ${triggers.length - max} more, behind “Starts by itself”`)] : [];
  const rows = shown.map((trigger, place) =>
    section(triggerLine(trigger), canEdit ? switchButton(trigger, place) : undefined),
  );
  return [section('*Starts by itself*'), ...rows, ...more];
}

/** That nothing is started while the workflow is not active. `hasAny`: there is something that would. */
export function idleBlocks({ status }: Pick<Workflow, 'status'>, hasAny: boolean): KnownBlock[] {
  if (status === 'ACTIVE' || !hasAny) return [];
  return [context(`${explainWorkflowStatus(status, true)} Until it is active they start nothing.`)];
}

/** Switches a trigger on or off. `place` tells it from the others of the same message. */
export function switchButton(trigger: Trigger, place: number): Button {
  const { id: triggerId, workflowId, name, enabled } = trigger;
  return button({
    text: enabled ? 'Switch off' : 'Switch on',
    actionId: `${triggerActions.switch}:${place}`,
    value: encodeTriggerRef({ workflowId, triggerId, enabled: !enabled }),
    label: `Switch ${enabled ? 'off' : 'on'} ${name}`,
  });
}
