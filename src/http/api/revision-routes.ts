import { Router } from 'express';
import { z } from 'zod';
import type { Definition } from '../../domain/definition.ts';
import { checkDefinition } from '../../engine/workflows/check-definition.ts';
import { DefinitionFile, importDefinition } from '../../engine/workflows/definition-file.ts';
import { diffRevisions } from '../../engine/revisions/diff-revisions.ts';
import type { WorkflowWithSteps } from '../../engine/workflows/workflows.ts';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { servicesOf } from '../request-context.ts';
import { findWorkflow } from './find-workflow.ts';
import { parseBody, parseQuery } from './parse-input.ts';

const revisionError = 'must be the number of a revision';
const Revision = z.coerce.number({ error: revisionError }).int(revisionError).min(1, revisionError);

/** Default: the newest revision, and the one before it. */
export const DiffQuery = z.strictObject({ from: Revision.optional(), to: Revision.optional() });
export type DiffQuery = z.infer<typeof DiffQuery>;

export const BacktestBody = z.strictObject({
  /** How many of the latest tasks. */
  limit: z.number().int().min(1).max(100, 'must be at most 100').default(50),
  /** Default: the newest. */
  revision: z.number().int().min(1).optional(),
  /** A definition that is not saved, as a file has it, in place of a revision. */
  definition: DefinitionFile.optional(),
});
export type BacktestBody = z.infer<typeof BacktestBody>;

/** What a change of a workflow means: what differs, and how recorded tasks would have gone. */
export function revisionRoutes({ rehearsals }: Pick<HttpDeps, 'rehearsals'>): Router {
  const router = Router();

  router
    .route('/workflows/:workflowId/diff')
    .get(async (req, res) => {
      const { workflow } = await findWorkflow(req);
      const { workflows } = servicesOf(req);
      const { orgId, id } = workflow;
      const query = parseQuery(DiffQuery, req.query);
      const to = query.to ?? workflow.revision;
      const from = query.from ?? Math.max(to - 1, 1);
      const [before, after] = await Promise.all(
        [from, to].map((revision) => workflows.getRevision(orgId, id, revision)),
      );
      if (before !== undefined && after !== undefined) res.json(diffRevisions(workflow, before, after));
    })
    .all(refuseMethod('GET'));

  router
    .route('/workflows/:workflowId/backtest')
    .post(async (req, res) => {
      const found = await findWorkflow(req);
      const body = parseBody(BacktestBody, req.body);
      const { tasks, workflows } = servicesOf(req);
      const { orgId, id: workflowId } = found.workflow;
      const definition =
        body.definition === undefined
          ? await workflows.getRevision(orgId, workflowId, body.revision ?? found.workflow.revision)
          : withFile(found, body.definition);
      const recorded = await tasks.list(orgId, { workflowId }, { limit: body.limit });
      const results = await rehearsals.backtest(definition, recorded);
      const parted = results.filter(({ same }) => !same);
      res.json({
        revision: body.definition === undefined ? definition.revision : null,
        tasks: results.length,
        otherwise: parted.length,
        parted,
      });
    })
    .all(refuseMethod('POST'));

  return router;
}

/** The definition as the file would make it, with the ids of the steps that stay. @throws ValidationError */
function withFile({ definition }: WorkflowWithSteps, file: DefinitionFile): Definition {
  const { name, inputsSchema, steps } = importDefinition(file, definition.steps);
  const made = {
    ...definition,
    name,
    inputsSchema,
    steps: steps.map((step) => ({ ...step, id: step.id ?? step.name })),
  };
  checkDefinition(made);
  return made;
}
