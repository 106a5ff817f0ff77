import { Router } from 'express';
import { actorOf } from '../../domain/actor.ts';
import { ValidationError } from '../../errors.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { NewStep } from './new-step.ts';
import { parseBody } from './parse-input.ts';
import { representStep, representSteps, wholeList } from './representations.ts';

/** The steps of a workflow's newest revision. */
export function stepRoutes(): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/steps')
    .post(async (req, res) => {
      const { orgId, caller } = callerOf(req);
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const input = parseBody(NewStep, req.body);
      const { step, updated } = await servicesOf(req)
        .workflows.addStep(orgId, workflowId, input, actorOf(caller))
        .catch(rethrowForOneStep);
      res.status(201).json(representStep(step, updated.definition.steps));
    })
    .get(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { definition } = await servicesOf(req).workflows.get(callerOf(req).orgId, workflowId);
      res.json(wholeList(representSteps(definition.steps)));
    })
    .all(refuseMethod('GET', 'POST'));
  return router;
}

/** The workflow was right before, so what is wrong is in the new step, which is the whole body here. */
function rethrowForOneStep(error: unknown): never {
  if (!(error instanceof ValidationError)) throw error;
  const ofStep = (text: string): string => text.replace(/\bsteps\/\d+\//g, '');
  const fields = error.fields.map(({ path, message }) => ({ path: ofStep(path), message }));
  throw new ValidationError(ofStep(error.message), fields, error.code);
}
