import type { KnownBlock } from '@slack/types';
import type { TriggerOf } from '../../src/domain/trigger.ts';
import type { Workflow } from '../../src/domain/workflow.ts';
import { actions, bold, button, context, header, message, section } from '../elements.ts';
import { inline } from '../escape.ts';
import type { Message } from '../message.ts';
import { encodeTriggerRef } from '../trigger-ref.ts';
import { idleBlocks } from '../triggers/starters.ts';
import { logButton } from '../triggers/trigger-log.ts';
import { intakeActions } from './intake-ids.ts';

type Intake = TriggerOf<'intake'>;

export interface IntakesOptions {
  workflow: Pick<Workflow, 'id' | 'name' | 'status'>;
  intakes: readonly Intake[];
  urlOf: (intakeId: string) => string;
  /** Whether this person may change the workflow. */
  canEdit: boolean;
}

/** Two blocks each, of the fifty that a message may have. */
const maxShown = 20;

/** The intakes of a workflow, with everything that can be done with them. */
export function intakesMessage({ workflow, intakes, urlOf, canEdit }: IntakesOptions): Message {
  const isActive = workflow.status === 'ACTIVE';
  const rows = intakes
    .slice(0, maxShown)
    .flatMap((intake) => intakeRows(intake, urlOf(intake.id), { canEdit, isActive }));
  const none = section(
    'It has none yet. An intake is an address to which a program sends work: each request becomes a task, and the program can ask what came of it.',
  );
  const more =
    intakes.length > maxShown
      ? [context(`… and ${intakes.length - maxShown} more, which the board lists`)]
      : [];
  const create = button({
    text: 'New intake',
    actionId: intakeActions.create,
    value: workflow.id,
    style: 'primary',
  });
  const count = intakes.length === 1 ? 'one intake' : `${intakes.length} intakes`;
  return message(`${inline(workflow.name)} has ${count}.`, [
    header(`Intakes of ${workflow.name}`),
    ...idleBlocks(workflow, intakes.length > 0),
    ...(rows.length === 0 ? [none] : rows),
    ...more,
    ...(canEdit ? [actions([create])] : [context('Whoever may change this workflow can make one.')]),
  ]);
}

/** What it means to delete it; not escaped. */
export function deleteIntakeWords(name: string): string {
  return `Programs that send work to "${name}" are refused from then on. Tasks that it has started go on.`;
}

function intakeRows(
  intake: Intake,
  url: string,
  { canEdit, isActive }: { canEdit: boolean; isActive: boolean },
): KnownBlock[] {
  const { id, workflowId, name, enabled } = intake;
  const value = encodeTriggerRef({ workflowId, triggerId: id });
  const on = isActive ? 'On: takes work' : 'On: takes work once the workflow is active';
  const state = enabled ? on : 'Switched off: refuses what is sent to it';
  const command = button({
    text: 'Show command',
    actionId: intakeActions.command,
    value,
    label: `Show the command for ${name}`,
  });
  const toggle = enabled
    ? button({ text: 'Switch off', actionId: intakeActions.switchOff, value, label: `Switch off ${name}` })
    : button({ text: 'Switch on', actionId: intakeActions.switchOn, value, label: `Switch on ${name}` });
  const remove = button({
    text: 'Delete',
    actionId: intakeActions.delete,
    value,
    style: 'danger',
    label: `Delete ${name}`,
    confirm: {
      title: 'Delete this intake?',
      text: deleteIntakeWords(name),
      confirm: 'Delete',
      deny: 'Keep it',
    },
  });
  return [
    section(`${bold(name)}\n${state}\n\`${url}\``),
    actions(canEdit ? [command, logButton(intake), toggle, remove] : [command, logButton(intake)]),
  ];
}
