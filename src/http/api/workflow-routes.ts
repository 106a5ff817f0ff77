import { type Request, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../../domain/actor.ts';
import { emptyInputsSchema } from '../../domain/definition.ts';
import type { WorkflowWithSteps } from '../../engine/workflows.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { NewStep } from './new-step.ts';
import { AnyJsonObject, parseBody } from './parse-input.ts';
import { representWorkflow, representWorkflowWithSteps, wholeList } from './representations.ts';
import { requireOwnOrg } from './require-own-org.ts';

/** As long as a text that a person can type into a Slack modal. */
const maxDescriptionLength = 3_000;

const CreateWorkflowBody = z.strictObject({
  name: z.string(),
  description: z
    .string()
    .max(maxDescriptionLength, `must be at most ${maxDescriptionLength} characters`)
    .default(''),
  inputsSchema: AnyJsonObject.default(emptyInputsSchema),
  teamId: z.null({ error: 'must be left out or null: this version of Baton has no teams yet' }).default(null),
  steps: z.array(NewStep).default([]),
});
type CreateWorkflowBody = z.infer<typeof CreateWorkflowBody>;

const CreateWorkflowInOrgBody = CreateWorkflowBody.extend({ orgId: z.string() });

/** Workflows: create, read, list. Made by the API, a workflow is `ACTIVE` at once. */
export function workflowRoutes(): Router {
  const router = Router();

  function create(body: CreateWorkflowBody, req: Request): Promise<WorkflowWithSteps> {
    const { orgId, caller } = callerOf(req);
    const createdBy = actorOf(caller);
    return servicesOf(req).workflows.create({ ...body, orgId, status: 'ACTIVE', createdBy });
  }

  router
    .route('/workflows')
    .post(async (req, res) => {
      const { orgId, ...body } = parseBody(CreateWorkflowInOrgBody, req.body);
      requireOwnOrg(orgId, callerOf(req));
      const created = await create(body, req);
      res
        .status(201)
        .location(`/api/workflows/${created.workflow.id}`)
        .json(representWorkflowWithSteps(created));
    })
    .all(refuseMethod('POST'));

  router
    .route('/orgs/:orgId/workflows')
    .post(async (req, res) => {
      requireOwnOrg(req.params.orgId, callerOf(req));
      const created = await create(parseBody(CreateWorkflowBody, req.body), req as Request);
      res
        .status(201)
        .location(`/api/workflows/${created.workflow.id}`)
        .json(representWorkflowWithSteps(created));
    })
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req));
      res.json(wholeList((await servicesOf(req).workflows.list(orgId)).map(representWorkflow)));
    })
    .all(refuseMethod('GET', 'POST'));

  router
    .route('/workflows/:workflowId')
    .get(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      res.json(
        representWorkflowWithSteps(await servicesOf(req).workflows.get(callerOf(req).orgId, workflowId)),
      );
    })
    .all(refuseMethod('GET'));

  return router;
}
