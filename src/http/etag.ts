import type { Request, Response } from 'express';
import type { Workflow } from '../domain/workflow.ts';
import { AppError } from '../errors.ts';

export type Versioned = Pick<Workflow, 'revision' | 'status' | 'teamId'>;

/**
 * The entity tag (RFC 9110, section 8.8.3) of a workflow and of its steps: it says everything that can be
 * changed of them, because whatever is not in it makes a new revision.
 */
export function etagOf({ revision, status, teamId }: Versioned): string {
  const team = teamId === null ? '' : `-${teamId}`;
  return `"${revision}-${status.toLowerCase()}${team}"`;
}

export function setETag(res: Response, workflow: Versioned): Response {
  return res.set('ETag', etagOf(workflow));
}

/**
 * What `If-Match` (RFC 9110, section 13.1.1) demands of a thing before it is changed; undefined when it
 * demands nothing. A tag that a proxy has made weak counts as the tag that it was.
 *
 * @param etagOf the entity tag of the thing as it stands
 */
export function expectTag<Thing extends { name: string }>(
  req: Pick<Request, 'get'>,
  etagOf: (thing: Thing) => string,
): ((thing: Thing) => void) | undefined {
  const header = req.get('if-match')?.trim();
  if (header === undefined || header === '*') return undefined;
  const tags = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return (thing) => {
    const tag = etagOf(thing);
    if (tags.includes(tag)) return;
    throw new AppError(
      'precondition-failed',
      412,
      `"${thing.name}" was changed meanwhile: its ETag is ${tag} now. Read it again, then repeat your change with that tag in If-Match. Nothing changed.`,
    );
  };
}

/** What `If-Match` demands of a workflow, or of its steps. */
export function expectedBy(req: Pick<Request, 'get'>): ((workflow: Workflow) => void) | undefined {
  return expectTag<Workflow>(req, etagOf);
}
