import { commandFor, intakeUrl } from '../../../../blocks/intakes/intake-command.ts';
import { intakesMessage } from '../../../../blocks/intakes/intakes-message.ts';
import { section, message } from '../../../../blocks/elements.ts';
import { codeBlock } from '../../../../blocks/escape.ts';
import type { Message } from '../../../../blocks/message.ts';
import { canEditWorkflow } from '../../../domain/access.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { Intake } from '../../../engine/intakes/intakes.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import { managerFor } from '../keys/show-keys.ts';
import type { Requester } from '../requester.ts';

/** The intakes of a workflow, for one person. @throws NotFoundError */
export async function listIntakes(
  deps: SlackDeps,
  requester: Requester,
  workflowId: string,
): Promise<Message> {
  const by = await managerFor(deps, requester);
  const { workflow } = await deps.workflows.get(requester.orgId, workflowId);
  const all = await deps.triggers.list(by, workflowId);
  const intakes = all.filter((trigger) => trigger.kind === 'intake');
  const urlOf = (id: string): string => intakeUrl(deps.publicUrl, id);
  return intakesMessage({ workflow, intakes, urlOf, canEdit: canEditWorkflow(by.access, workflow) });
}

/** The command of an intake that is there already, without a key. */
export function commandMessage(deps: SlackDeps, workflow: Workflow, intake: Intake): Message {
  return message(`How work is sent to the intake ${intake.name}`, [
    section(
      'Put a key into `BATON_KEY` (`/workflow keys` makes one: `export BATON_KEY=…`), then paste this into a terminal:',
    ),
    section(codeBlock(commandFor(deps.publicUrl, workflow, intake, null))),
  ]);
}
