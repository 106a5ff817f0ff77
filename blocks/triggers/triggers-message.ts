import type { KnownBlock } from '@slack/types';
import type { Trigger } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { clip, oneLine } from '../escape.ts';
import { limits } from '../limits.ts';
import type { Message } from '../message.ts';
import { idleBlocks, switchButton, triggerLine } from './starters.ts';
import { logButton } from './trigger-log.ts';
import { encodeTriggerRef } from '../trigger-ref.ts';
import { triggerActions } from './trigger-ids.ts';

const maxShown = 15;

/** What starts a workflow by itself, with everything that can be done about it. */
export function triggersMessage(options: {
  workflow: Workflow;
  triggers: readonly Trigger[];
  canEdit: boolean;
}): Message {
  const { workflow, triggers, canEdit } = options;
  const { id, name } = workflow;
  const none = section(
    'Nothing starts this workflow by itself yet. A trigger starts a task for each message that fits, or for each message that gets a certain emoji.',
  );
  const more =
    triggers.length > maxShown
      ? [context(`… and ${triggers.length - maxShown} more, which the board lists`)]
      : [];
  const foot = canEdit
    ? actions([
        button({
          text: 'New for messages',
          actionId: triggerActions.createMessage,
          value: id,
          style: 'primary',
        }),
        button({ text: 'New for an emoji', actionId: triggerActions.createReaction, value: id }),
      ])
    : context('Whoever may change the workflow may change what starts it.');
  const count = triggers.length === 1 ? 'One thing starts' : `${triggers.length} things start`;
  return message(`${count} ${clip(bold(name), 200)} by itself.`, [
    header(clip(oneLine(`Starts ${name} by itself`), limits.headerText)),
    ...idleBlocks(workflow, triggers.length > 0),
    ...(triggers.length === 0
      ? [none]
      : triggers.slice(0, maxShown).flatMap((one, place) => rows(one, place, canEdit))),
    ...more,
    foot,
  ]);
}

function rows(trigger: Trigger, place: number, canEdit: boolean): KnownBlock[] {
  const { id: triggerId, workflowId, name, kind } = trigger;
  // Intakes and schedules have forms of their own.
  const hasForm = kind === 'message' || kind === 'reaction';
  if (!canEdit) return [section(triggerLine(trigger), logButton(trigger))];
  if (!hasForm) {
    return [section(triggerLine(trigger)), actions([switchButton(trigger, place), logButton(trigger)])];
  }
  const edit = button({
    text: 'Open',
    actionId: triggerActions.edit,
    value: encodeTriggerRef({ workflowId, triggerId }),
    label: `Open ${name}`,
  });
  return [section(triggerLine(trigger), edit)];
}
