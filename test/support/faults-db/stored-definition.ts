import type { StepInput } from '../../../src/domain/definition.ts';
import type { Definition } from '../../../src/domain/definition.ts';
import { createWorkflowStore } from '../../../models/workflow-store.ts';
import type { EngineFixture } from '../engine-fixture.ts';

/** A workflow in the database, as it is pinned by those that are started from it. */
export async function createStoredDefinition(
  bot: EngineFixture,
  steps: StepInput[],
  orgId: string,
): Promise<Definition> {
  const workflow = await bot.createWorkflow(steps, { type: 'object' }, orgId);
  const definition = await createWorkflowStore(bot.database).loadDefinition(workflow.revisionId);
  if (definition === null) throw new Error('the revision is not stored');
  return definition;
}
