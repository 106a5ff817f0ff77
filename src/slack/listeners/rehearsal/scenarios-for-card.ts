import type { ScenarioResult } from '../../../domain/rehearsal.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { AppError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';

/** How the scenarios end now, for the card; a card is shown also when that cannot be found out now. */
export async function scenariosForCard(
  { rehearsals, logger }: Pick<SlackDeps, 'rehearsals' | 'logger'>,
  found: WorkflowWithSteps,
): Promise<ScenarioResult[]> {
  try {
    return await rehearsals.checkScenarios(found);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    logger.warn({ err: error, workflowId: found.workflow.id }, 'scenarios not played');
    return [];
  }
}
