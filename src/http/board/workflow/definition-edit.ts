import { type Request, type Response, Router } from 'express';
import { canEditWorkflow } from '../../../domain/access.ts';
import {
  exportDefinition,
  formatDefinition,
  importDefinition,
  parseDefinition,
} from '../../../engine/workflows/definition-file.ts';
import { ConflictError, ValidationError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { servicesOf } from '../../request-context.ts';
import { fieldsOf } from '../csrf.ts';
import { viewerOf } from '../viewer.ts';
import { definitionPage } from './form-pages.ts';
import { actorOfViewer, editPath, expectedRevision, readWorkflow } from './workflow-request.ts';

/** The definition as text, for what no form can say. */
export function definitionRoutesOfBoard(): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/definition')
    .get(async (req, res) => show(req as Request, res, null, ''))
    .post((req, res) => save(req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

async function show(req: Request, res: Response, typed: string | null, message: string): Promise<void> {
  const found = await readWorkflow(req);
  const viewer = viewerOf(req);
  const text = typed ?? formatDefinition(exportDefinition(found), 'json');
  const about = { viewer, workflow: found.workflow, labels: new Map<string, string>() };
  const canEdit = canEditWorkflow(viewer.access, found.workflow);
  res
    .status(message === '' ? 200 : 422)
    .type('html')
    .send(definitionPage(about, text, canEdit, message));
}

async function save(req: Request, res: Response): Promise<void> {
  const { workflow, definition } = await readWorkflow(req);
  const text = fieldsOf(req.body, 'definition')[0] ?? '';
  const { workflows } = servicesOf(req);
  try {
    const changes = importDefinition(parseDefinition(text, 'json'), definition.steps);
    await workflows.change(workflow.orgId, workflow.id, changes, actorOfViewer(req), expectedRevision(req));
    res.redirect(303, editPath(workflow.id));
  } catch (error) {
    if (!(error instanceof ValidationError || error instanceof ConflictError)) throw error;
    await show(req, res, text, error.message);
  }
}
