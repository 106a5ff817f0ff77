import { type Request, type Response, Router } from 'express';
import { ConflictError, ValidationError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { servicesOf } from '../../request-context.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { readBlockInputs } from '../forms/block-inputs.ts';
import { viewerOf } from '../viewer.ts';
import { type SentAgain, formPage } from './form-pages.ts';
import { actorOfViewer, readWorkflow } from './workflow-request.ts';

/** Starts a task with what the workflow asks for. */
export function newTaskRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/new-task')
    .get((req, res) => show(deps, req as Request, res, null))
    .post((req, res) => start(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

async function show(deps: BoardDeps, req: Request, res: Response, sent: SentAgain | null): Promise<void> {
  const { workflow, definition } = await readWorkflow(req);
  const inputs = deps.authoring.startBlocks(workflow, definition.inputsSchema);
  const action = `/board/workflows/${workflow.id}/new-task?once=${deps.newId()}`;
  const form = { title: 'New task', action, submit: 'Start', blocks: inputs, sent };
  const about = { viewer: viewerOf(req), workflow, labels: new Map<string, string>() };
  res
    .status(sent === null ? 200 : 422)
    .type('html')
    .send(formPage(about, form));
}

/** The same form starts one task, however often it is sent. */
async function start(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const { workflow, definition } = await readWorkflow(req);
  const { inputsSchema } = definition;
  const state = readBlockInputs(deps.authoring.startBlocks(workflow, inputsSchema), req.body);
  const { inputs, errors } = deps.authoring.readStart(inputsSchema, state);
  if (Object.keys(errors).length > 0) return show(deps, req, res, { errors, state, message: '' });
  const once = typeof req.query['once'] === 'string' ? req.query['once'].slice(0, 64) : fieldOf(req, 'csrf');
  try {
    await servicesOf(req).engine.start({
      orgId: workflow.orgId,
      workflowId: workflow.id,
      inputs,
      startedBy: actorOfViewer(req),
      origin: { kind: 'api' },
      startKey: `board:${viewerOf(req).session.id}:${once}`,
    });
    res.redirect(303, `/board/workflows/${workflow.id}`);
  } catch (error) {
    if (!(error instanceof ValidationError || error instanceof ConflictError)) throw error;
    await show(deps, req, res, { errors: {}, state, message: error.message });
  }
}
