import { type Request, type Response, Router } from 'express';
import { canEditWorkflow } from '../../../domain/access.ts';
import { playScenarios } from '../../../engine/rehearsals/play-scenarios.ts';
import { CheckFailed } from '../../../engine/workflows/checker.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { ValidationError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { callerOf, managerOf, servicesOf } from '../../request-context.ts';
import { requireId } from '../../require-id.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { mentionedIds } from '../mrkdwn.ts';
import { viewerOf } from '../viewer.ts';
import { conditionRoutes } from './condition-edit.ts';
import { definitionRoutesOfBoard } from './definition-edit.ts';
import { deleteStepRoutes } from './delete-step.ts';
import { fieldRoutes } from './fields-edit.ts';
import { peopleIn } from './findings.ts';
import { newTaskRoutes } from './new-task.ts';
import { newWorkflowRoutes } from './new-workflow.ts';
import { settingsRoutes } from './settings.ts';
import { newTriggerRoutes } from './starters/new-trigger.ts';
import { triggerPageRoutes } from './starters/trigger-routes.ts';
import { stepRoutesOfBoard } from './step-edit.ts';
import { actorOfViewer, editPath, expectedRevision, readWorkflow } from './workflow-request.ts';
import { workflowPage } from './workflow-page.ts';

/** The page on which a workflow is made, and what is done from it; by the same operations as in Slack and the API. */
export function workflowPageRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/edit')
    .get((req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      return showPage(deps, req as Request, res, { workflowId, isRefused: false });
    })
    .all(refuseMethod('GET'));
  router
    .route('/workflows/:workflowId/status')
    .post(async (req, res) => {
      const { id, orgId } = (await readWorkflow(req as Request)).workflow;
      const status = fieldOf(req as Request, 'status') === 'PAUSED' ? 'PAUSED' : 'ACTIVE';
      try {
        await servicesOf(req).workflows.setStatus(orgId, id, status, actorOfViewer(req as Request));
        res.redirect(303, editPath(id));
      } catch (error) {
        if (!(error instanceof CheckFailed)) throw error;
        await showPage(deps, req as Request, res, { workflowId: id, isRefused: true });
      }
    })
    .all(refuseMethod('POST'));
  router
    .route('/workflows/:workflowId/order')
    .post(async (req, res) => {
      const { id, orgId } = (await readWorkflow(req as Request)).workflow;
      const order = fieldOf(req as Request, 'order') || fieldOf(req as Request, 'dropped');
      const by = actorOfViewer(req as Request);
      const stepIds = order.split(',').filter((stepId) => stepId !== '');
      await servicesOf(req).workflows.reorderSteps(orgId, id, stepIds, by, expectedRevision(req as Request));
      res.redirect(303, `${editPath(id)}#steps-title`);
    })
    .all(refuseMethod('POST'));
  router
    .route('/workflows/:workflowId/step-do')
    .post(async (req, res) => {
      const { id, orgId } = (await readWorkflow(req as Request)).workflow;
      const stepId = fieldOf(req as Request, 'duplicate');
      if (stepId === '') throw new ValidationError('Say which step is to be duplicated.');
      const by = actorOfViewer(req as Request);
      const { workflows } = servicesOf(req);
      const { step } = await workflows.duplicateStep(orgId, id, stepId, by, expectedRevision(req as Request));
      res.redirect(303, `${editPath(id)}#step-${step.id}`);
    })
    .all(refuseMethod('POST'));
  router.use(stepRoutesOfBoard(deps), deleteStepRoutes(deps), conditionRoutes(deps), fieldRoutes(deps));
  router.use(definitionRoutesOfBoard(), newTaskRoutes(deps));
  router.use(newTriggerRoutes(deps), triggerPageRoutes(deps));
  router.use(newWorkflowRoutes(deps), settingsRoutes(deps));
  return router;
}

async function showPage(
  deps: BoardDeps,
  req: Request,
  res: Response,
  { workflowId, isRefused }: { workflowId: string; isRefused: boolean },
): Promise<void> {
  const { orgId } = callerOf(req);
  const { workflows: service } = servicesOf(req);
  const [found, workflows, triggers] = await Promise.all([
    service.get(orgId, workflowId),
    service.list(orgId),
    deps.triggers.list(managerOf(req), workflowId),
  ]);
  const [findings, scenarios] = await Promise.all([
    deps.checker.check(found.definition),
    playScenarios(deps, found),
  ]);
  const plain = [...findings.map(({ message }) => message), ...scenarios.map(({ problem }) => problem ?? '')];
  const ids = [...mentionedIds(textsOf(deps, found, triggers)), ...peopleIn(plain)];
  const labels = await deps.people.labelsOf(orgId, ids);
  const viewer = viewerOf(req);
  const canEdit = canEditWorkflow(viewer.access, found.workflow);
  const { words, authoring } = deps;
  const about = { viewer, workflows, ...found, triggers, canEdit, labels, words, authoring };
  res
    .status(isRefused ? 409 : 200)
    .type('html')
    .send(workflowPage({ ...about, findings, scenarios, isRefused }));
}

function textsOf(
  { authoring }: Pick<BoardDeps, 'authoring'>,
  { definition }: WorkflowWithSteps,
  triggers: Awaited<ReturnType<BoardDeps['triggers']['list']>>,
): string[] {
  const routes = definition.steps.map((step) => authoring.routes(definition, step));
  return [...routes, ...triggers.map((trigger) => authoring.trigger(trigger))];
}
