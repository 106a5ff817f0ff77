import { type Request, type Response, Router } from 'express';
import { emptyInputsSchema } from '../../../domain/definition.ts';
import { deriveId } from '../../../domain/ids.ts';
import { requireMember } from '../../../engine/people/manager.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { callerOf, managerOf, servicesOf } from '../../request-context.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { readBlockInputs } from '../forms/block-inputs.ts';
import { viewerOf } from '../viewer.ts';
import { formPage, type SentAgain } from './form-pages.ts';
import { actorOfViewer, editPath, orSayWhy } from './workflow-request.ts';

/** Makes a draft, from whose page everything else is done. */
export function newWorkflowRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/new-workflow')
    .get((req, res) => show(deps, req, res, null))
    .post((req, res) => create(deps, req, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

/** @throws PermissionError for guests, before they have filled in anything */
function show(deps: BoardDeps, req: Request, res: Response, sent: SentAgain | null): void {
  requireMember(managerOf(req));
  const about = { viewer: viewerOf(req), workflow: null, labels: new Map<string, string>() };
  res
    .status(sent === null ? 200 : 422)
    .type('html')
    .send(
      formPage(about, {
        title: 'New workflow',
        action: '/board/new-workflow',
        submit: 'Create',
        blocks: deps.authoring.newWorkflowBlocks(),
        hidden: [['once', fieldOf(req, 'once') || deps.newId()]],
        sent,
      }),
    );
}

async function create(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const state = readBlockInputs(deps.authoring.newWorkflowBlocks(), req.body);
  const { name, description, errors } = deps.authoring.readNewWorkflow(state);
  if (Object.keys(errors).length > 0) return show(deps, req, res, { errors, state, message: '' });
  const { orgId } = callerOf(req);
  await orSayWhy(
    async () => {
      const { workflow } = await servicesOf(req).workflows.create({
        // The same form makes one workflow, however often it is sent.
        id: deriveId('workflow', viewerOf(req).session.id, fieldOf(req, 'once').slice(0, 64)),
        orgId,
        teamId: null,
        name,
        description,
        inputsSchema: emptyInputsSchema,
        steps: [],
        status: 'DRAFT',
        createdBy: actorOfViewer(req),
      });
      res.redirect(303, editPath(workflow.id));
    },
    async (message) => show(deps, req, res, { errors: {}, state, message }),
  );
}
