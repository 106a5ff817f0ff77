import { type Request, type Response, Router } from 'express';
import { refuseMethod } from '../../refuse-method.ts';
import { servicesOf } from '../../request-context.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { viewerOf } from '../viewer.ts';
import { deleteStepPage, type RefusedDelete } from './form-pages.ts';
import {
  actorOfViewer,
  editPath,
  expectedRevision,
  orSayWhy,
  readEditable,
  stepOf,
} from './workflow-request.ts';

/** Deletes a step, once somebody has said where what leads to it shall lead. */
export function deleteStepRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/steps/:stepId/delete')
    .get((req, res) => showDelete(deps, req as Request, res, null))
    .post((req, res) => deleteStep(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

async function showDelete(
  deps: BoardDeps,
  req: Request,
  res: Response,
  sent: RefusedDelete | null,
): Promise<void> {
  const found = await readEditable(req);
  const { id, name, ...step } = stepOf(req, found);
  const title = deps.words.stepTitle({ name, ...step });
  const others = found.definition.steps
    .filter((other) => other.id !== id)
    .map((other) => ({ name: other.name, title: deps.words.stepTitle(other) }));
  const about = { viewer: viewerOf(req), workflow: found.workflow, labels: new Map<string, string>() };
  res
    .status(sent?.status ?? 200)
    .type('html')
    .send(deleteStepPage(about, { id, name, title }, others, sent));
}

async function deleteStep(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const found = await readEditable(req);
  const { id: stepId } = stepOf(req, found);
  const { id, orgId } = found.workflow;
  const redirectTo = fieldOf(req, 'redirectTo');
  const expected = expectedRevision(req);
  const options = {
    ...(redirectTo === '' ? {} : { redirectTo }),
    ...(expected === undefined ? {} : { expected }),
  };
  await orSayWhy(
    async () => {
      await servicesOf(req).workflows.deleteStep(orgId, id, stepId, actorOfViewer(req), options);
      res.redirect(303, `${editPath(id)}#steps-title`);
    },
    (message, _fields, status) => showDelete(deps, req, res, { message, redirectTo, status }),
  );
}
