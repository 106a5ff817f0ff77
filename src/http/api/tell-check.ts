import type { Response } from 'express';
import { isDatabaseAway } from '../../../models/database-failure.ts';
import type { Definition } from '../../domain/definition.ts';
import { summarizeFindings } from '../../domain/finding.ts';
import type { Checker } from '../../engine/workflows/checker.ts';
import { AppError } from '../../errors.ts';
import { type Versioned, setETag } from '../etag.ts';

/** Says in a word what the check finds in a workflow that a request has changed. */
export const checkHeader = 'Baton-Check';

/** The answer to a change of a workflow: its entity tag, and how much its check has found. */
export async function answerChange(
  res: Response,
  checker: Checker,
  { workflow, definition }: { workflow: Versioned; definition: Definition },
): Promise<Response> {
  setETag(res, workflow);
  try {
    const findings = await checker.check(definition);
    res.set(checkHeader, summarizeFindings(findings) ?? 'nothing found');
  } catch (error) {
    // The change is made: that it cannot be checked at this moment must not make it look refused.
    if (!(error instanceof AppError) && !isDatabaseAway(error)) throw error;
  }
  return res;
}
