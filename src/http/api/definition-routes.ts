import { type Request, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../../domain/actor.ts';
import type { Workflow } from '../../domain/workflow.ts';
import {
  type DefinitionFormat,
  exportDefinition,
  formatDefinition,
  importDefinition,
  parseDefinition,
} from '../../engine/workflows/definition-file.ts';
import type { Checker } from '../../engine/workflows/checker.ts';
import { AppError, ConflictError } from '../../errors.ts';
import { expectedBy, setETag } from '../etag.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { parseQuery } from './parse-input.ts';
import { readText } from './read-text.ts';
import { representWorkflowWithSteps } from './representations.ts';
import { answerChange } from './tell-check.ts';

const jsonType = 'application/json';
/** By RFC 9512; the others were in use before it. */
export const yamlType = 'application/yaml';
const yamlTypes = [yamlType, 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

export const DefinitionQuery = z.strictObject({
  /** Default: what `Accept` asks for, else `json`. */
  format: z.enum(['json', 'yaml'], 'must be json or yaml').optional(),
});
export type DefinitionQuery = z.infer<typeof DefinitionQuery>;

/** A workflow as a file: read as YAML or JSON, and replaced as a whole by what a file says. */
export function definitionRoutes({ checker }: { checker: Checker }): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/definition')
    .get(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const format = parseQuery(DefinitionQuery, req.query).format ?? acceptedBy(req as Request);
      const { orgId } = callerOf(req as Request);
      const found = await servicesOf(req as Request).workflows.get(orgId, workflowId);
      const text = formatDefinition(exportDefinition(found), format);
      setETag(res, found.workflow)
        .type(format === 'json' ? jsonType : yamlType)
        .vary('Accept')
        .send(text);
    })
    .put(...readText([jsonType, ...yamlTypes]), async (req: Request<{ workflowId: string }>, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { orgId, caller } = callerOf(req);
      const { workflows } = servicesOf(req);
      const file = parseDefinition(req.body as string, req.is(yamlTypes) === false ? 'json' : 'yaml');
      const before = await workflows.get(orgId, workflowId);
      const changes = importDefinition(file, before.definition.steps);
      const expected = asSeen(before.workflow, expectedBy(req));
      const after = await workflows.change(orgId, workflowId, changes, actorOf(caller), expected);
      (await answerChange(res, checker, after)).json(representWorkflowWithSteps(after));
    })
    .all(refuseMethod('GET', 'PUT'));
  return router;
}

function acceptedBy(req: Request): DefinitionFormat {
  const accepted = req.accepts([jsonType, ...yamlTypes]);
  if (accepted === false) throw new AppError('not-acceptable', 406, `There are: ${jsonType}, ${yamlType}.`);
  return accepted === jsonType ? 'json' : 'yaml';
}

/** Which steps stay was found out from what was read, so it must be that which is changed. */
function asSeen(
  { name, revision }: Workflow,
  demanded: ((workflow: Workflow) => void) | undefined,
): (workflow: Workflow) => void {
  return (workflow) => {
    demanded?.(workflow);
    if (workflow.revision === revision) return;
    throw new ConflictError(`"${name}" was changed meanwhile. Send it again.`, 'changed-meanwhile');
  };
}
