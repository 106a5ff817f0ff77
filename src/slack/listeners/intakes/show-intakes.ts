import { intakeCommand } from '../../../../blocks/intakes/intake-command.ts';
import { intakesMessage } from '../../../../blocks/intakes/intakes-message.ts';
import { section, message } from '../../../../blocks/elements.ts';
import { codeBlock } from '../../../../blocks/escape.ts';
import type { Message } from '../../../../blocks/message.ts';
import { canEditWorkflow } from '../../../domain/access.ts';
import { exampleInputs } from '../../../domain/example-inputs.ts';
import type { JsonObject } from '../../../domain/json.ts';
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
  const urlOf = (id: string): string => intakeUrl(deps, id);
  return intakesMessage({ workflow, intakes, urlOf, canEdit: canEditWorkflow(by.access, workflow) });
}

export function intakeUrl({ publicUrl }: Pick<SlackDeps, 'publicUrl'>, intakeId: string): string {
  return `${publicUrl}/v1/intake/${intakeId}`;
}

/** How work is sent, with a body that the workflow takes. */
export function commandFor(deps: SlackDeps, workflow: Workflow, intake: Intake, key: string | null): string {
  return intakeCommand({ url: intakeUrl(deps, intake.id), key, example: bodyFor(workflow, intake) });
}

/** With a template only whoever made it knows how the body looks. */
function bodyFor({ inputsSchema }: Workflow, { settings }: Intake): JsonObject {
  return settings.inputsTemplate === null ? exampleInputs(inputsSchema) : {};
}

/** The command of an intake that is there already, without a key. */
export function commandMessage(deps: SlackDeps, workflow: Workflow, intake: Intake): Message {
  return message(`How work is sent to the intake ${intake.name}`, [
    section(
      'Put a key into `BATON_KEY` (`/workflow keys` makes one: `export BATON_KEY=…`), then paste this into a terminal:',
    ),
    section(codeBlock(commandFor(deps, workflow, intake, null))),
  ]);
}
