import { type Request, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../../domain/actor.ts';
import type { Checker } from '../../engine/workflows/checker.ts';
import { NotFoundError, ValidationError } from '../../errors.ts';
import { expectedBy, setETag } from '../etag.ts';
import { reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { NewStep } from './new-step.ts';
import { AnyJsonObject, parseBody, parseQuery } from './parse-input.ts';
import { representChangedStep, representStep, representSteps, wholeList } from './representations.ts';
import { answerChange } from './tell-check.ts';

/** Fields of a step; `null` takes one away, what is left out stays. */
export const ChangeStepBody = AnyJsonObject;
export const DeleteStepQuery = z.strictObject({
  redirectTo: z.string('must be the name of a step, or "complete"').optional(),
});
export type DeleteStepQuery = z.infer<typeof DeleteStepQuery>;
export const OrderStepsBody = z.strictObject({ stepIds: z.array(z.string()).max(1_000, 'has too many ids') });
export type OrderStepsBody = z.infer<typeof OrderStepsBody>;

/** The steps of a workflow's newest revision. Their `ETag` is the workflow's. */
export function stepRoutes({ checker }: { checker: Checker }): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/steps')
    .post(async (req, res) => {
      const { orgId, caller } = callerOf(req as Request);
      const workflowId = requireId(req.params.workflowId, 'workflow');
      refusePlace(req.body);
      const id = reservedIdOf(req as Request);
      const input = { ...parseBody(NewStep, req.body), ...(id === undefined ? {} : { id }) };
      const changed = await servicesOf(req as Request)
        .workflows.addStep(orgId, workflowId, input, actorOf(caller), expectedBy(req))
        .catch(rethrowForOneStep);
      res.status(201).location(`/api/workflows/${workflowId}/steps/${changed.step.id}`);
      (await answerChange(res, checker, changed.updated)).json(representChangedStep(changed));
    })
    .get(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { orgId } = callerOf(req as Request);
      const { workflow, definition } = await servicesOf(req as Request).workflows.get(orgId, workflowId);
      setETag(res, workflow).json(wholeList(representSteps(definition.steps)));
    })
    .all(refuseMethod('GET', 'POST'));

  router
    .route('/workflows/:workflowId/steps/order')
    .put(async (req, res) => {
      const { orgId, caller } = callerOf(req as Request);
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { stepIds } = parseBody(OrderStepsBody, req.body);
      const { workflows } = servicesOf(req as Request);
      const by = actorOf(caller);
      const updated = await workflows.reorderSteps(orgId, workflowId, stepIds, by, expectedBy(req));
      const steps = wholeList(representSteps(updated.definition.steps));
      (await answerChange(res, checker, updated)).json(steps);
    })
    .all(refuseMethod('PUT'));

  addRoutesOfOne(router, checker);
  return router;
}

function addRoutesOfOne(router: Router, checker: Checker): void {
  router
    .route('/workflows/:workflowId/steps/:stepId')
    .get(async (req, res) => {
      const { orgId } = callerOf(req as Request);
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { workflow, definition } = await servicesOf(req as Request).workflows.get(orgId, workflowId);
      const step = definition.steps.find(({ id }) => id === req.params.stepId);
      if (step === undefined) throw new NotFoundError('There is no such step.');
      setETag(res, workflow).json(representStep(step, definition.steps));
    })
    .patch(async (req, res) => {
      const { orgId, caller } = callerOf(req as Request);
      const workflowId = requireId(req.params.workflowId, 'workflow');
      refusePlace(req.body);
      const change = parseBody(ChangeStepBody, req.body);
      const changed = await servicesOf(req as Request)
        .workflows.changeStep(orgId, workflowId, req.params.stepId, change, actorOf(caller), expectedBy(req))
        .catch(rethrowForOneStep);
      (await answerChange(res, checker, changed.updated)).json(representChangedStep(changed));
    })
    .delete(async (req, res) => {
      const { orgId, caller } = callerOf(req as Request);
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { redirectTo } = parseQuery(DeleteStepQuery, req.query);
      const expected = expectedBy(req);
      const updated = await servicesOf(req as Request).workflows.deleteStep(
        orgId,
        workflowId,
        req.params.stepId,
        actorOf(caller),
        {
          ...(redirectTo === undefined ? {} : { redirectTo }),
          ...(expected === undefined ? {} : { expected }),
        },
      );
      (await answerChange(res.status(204), checker, updated)).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));
}

/** Which step is first, and which comes next, follows from the order. @throws ValidationError */
function refusePlace(body: unknown): void {
  if (typeof body !== 'object' || body === null) return;
  const given = ['isFirstStep', 'nextId'].filter((field) => Object.hasOwn(body, field));
  if (given.length === 0) return;
  const message = 'cannot be set: it follows from the order of the steps (PUT …/steps/order)';
  const fields = given.map((path) => ({ path, message }));
  throw new ValidationError(`${given.join(' and ')} ${message}.`, fields);
}

/** The workflow was right before, so what is wrong is in the step, which is the whole body here. */
function rethrowForOneStep(error: unknown): never {
  if (!(error instanceof ValidationError)) throw error;
  const ofStep = (text: string): string => text.replace(/\bsteps\/\d+\//g, '');
  const fields = error.fields.map(({ path, message }) => ({ path: ofStep(path), message }));
  throw new ValidationError(ofStep(error.message), fields, error.code);
}
