import type { Response } from 'express';
import { summarizeFindings } from '../../domain/finding.ts';
import type { Checker } from '../../engine/workflows/checker.ts';
import type { WorkflowWithSteps } from '../../engine/workflows/workflows.ts';
import { AppError } from '../../errors.ts';
import { setETag } from '../etag.ts';

/** Says in a word what the check finds in a workflow that a request has changed. */
export const checkHeader = 'Baton-Check';

/** The answer to a change of a workflow: its entity tag, and how much its check has found. */
export async function answerChange(
  res: Response,
  checker: Checker,
  { workflow, definition }: Pick<WorkflowWithSteps, 'workflow' | 'definition'>,
): Promise<Response> {
  setETag(res, workflow);
  try {
    const findings = await checker.check(definition);
    res.set(checkHeader, summarizeFindings(findings) ?? 'nothing found');
  } catch (error) {
    // The change is made: that it cannot be checked at this moment must not make it look refused.
    if (!(error instanceof AppError)) throw error;
  }
  return res;
}
