import type { ScenarioResult } from '../../domain/rehearsal.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import type { WorkflowWithSteps } from '../workflows/workflows.ts';
import type { Rehearsals } from './rehearsals.ts';

/** How the scenarios end now, for what is shown beside them; none when that cannot be found out now. */
export async function playScenarios(
  { rehearsals, logger }: { rehearsals: Pick<Rehearsals, 'checkScenarios'>; logger: Logger },
  found: Pick<WorkflowWithSteps, 'workflow' | 'definition'>,
): Promise<ScenarioResult[]> {
  try {
    return await rehearsals.checkScenarios(found);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    logger.warn({ err: error, workflowId: found.workflow.id }, 'scenarios not played');
    return [];
  }
}
