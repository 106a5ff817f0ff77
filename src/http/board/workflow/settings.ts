import { type Request, type Response, Router } from 'express';
import { refuseMethod } from '../../refuse-method.ts';
import { servicesOf } from '../../request-context.ts';
import type { BoardDeps } from '../board-deps.ts';
import { readBlockInputs } from '../forms/block-inputs.ts';
import { viewerOf } from '../viewer.ts';
import { formPage, type SentAgain } from './form-pages.ts';
import { actorOfViewer, editPath, expectedRevision, orSayWhy, readEditable } from './workflow-request.ts';

/** What a workflow is called, and what it is for. */
export function settingsRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/settings')
    .get((req, res) => show(deps, req as Request, res, null))
    .post((req, res) => save(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

async function show(deps: BoardDeps, req: Request, res: Response, sent: SentAgain | null): Promise<void> {
  const { workflow } = await readEditable(req);
  const about = { viewer: viewerOf(req), workflow, labels: new Map<string, string>() };
  const action = `/board/workflows/${workflow.id}/settings`;
  const blocks = deps.authoring.settingsBlocks(workflow);
  res
    .status(sent === null ? 200 : 422)
    .type('html')
    .send(formPage(about, { title: 'Settings', action, submit: 'Save', blocks, sent }));
}

async function save(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const { workflow } = await readEditable(req);
  const state = readBlockInputs(deps.authoring.settingsBlocks(workflow), req.body);
  const { name, description, errors } = deps.authoring.readSettings(workflow, state);
  if (Object.keys(errors).length > 0) return show(deps, req, res, { errors, state, message: '' });
  const { id, orgId } = workflow;
  const by = actorOfViewer(req);
  await orSayWhy(
    async () => {
      await servicesOf(req).workflows.change(orgId, id, { name, description }, by, expectedRevision(req));
      res.redirect(303, editPath(id));
    },
    (message) => show(deps, req, res, { errors: {}, state, message }),
  );
}
