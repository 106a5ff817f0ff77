import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../../domain/actor.ts';
import { emptyInputsSchema } from '../../domain/definition.ts';
import { PostTo } from '../../domain/post-to.ts';
import type { Checker } from '../../engine/workflows/checker.ts';
import { expectedBy, setETag } from '../etag.ts';
import { reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { NewStep } from './new-step.ts';
import { PageQuery, decodeCursor, toPage } from './paging.ts';
import { AnyJsonObject, parseBody, parseQuery } from './parse-input.ts';
import { representWorkflow, representWorkflowWithSteps } from './representations.ts';
import { requireOwnOrg } from './require-own-org.ts';
import { answerChange } from './tell-check.ts';

/** As long as a text that a person can type into a Slack modal. */
const maxDescriptionLength = 3_000;

const Description = z
  .string()
  .max(maxDescriptionLength, `must be at most ${maxDescriptionLength} characters`);
const TeamId = z.string('must be the id of a team, or null').nullable();

export const CreateWorkflowBody = z.strictObject({
  name: z.string(),
  description: Description.default(''),
  inputsSchema: AnyJsonObject.default(emptyInputsSchema),
  teamId: TeamId.default(null),
  postTo: PostTo.optional(),
  steps: z.array(NewStep).default([]),
});
export type CreateWorkflowBody = z.infer<typeof CreateWorkflowBody>;

export const CreateWorkflowInOrgBody = CreateWorkflowBody.extend({ orgId: z.string() });
export type CreateWorkflowInOrgBody = z.infer<typeof CreateWorkflowInOrgBody>;

/** What is left out stays. Steps are changed one by one. */
export const ChangeWorkflowBody = z.strictObject({
  name: z.string().optional(),
  description: Description.optional(),
  inputsSchema: AnyJsonObject.optional(),
  teamId: TeamId.optional(),
  postTo: PostTo.optional(),
  status: z.enum(['ACTIVE', 'PAUSED'], 'must be ACTIVE or PAUSED').optional(),
});
export type ChangeWorkflowBody = z.infer<typeof ChangeWorkflowBody>;

export const ListWorkflowsQuery = PageQuery.extend({
  status: z.enum(['DRAFT', 'ACTIVE', 'PAUSED'], 'must be DRAFT, ACTIVE or PAUSED').optional(),
});
export type ListWorkflowsQuery = z.infer<typeof ListWorkflowsQuery>;

/** The last workflow of a page. */
const Place = z.strictObject({ name: z.string(), id: z.string() });

/** Workflows: create, read, change, archive, list. Made by the API, a workflow is `ACTIVE` at once. */
export function workflowRoutes({ checker }: { checker: Checker }): Router {
  const router = Router();

  router
    .route('/workflows')
    .post(async (req, res) => {
      const { orgId, ...body } = parseBody(CreateWorkflowInOrgBody, req.body);
      requireOwnOrg(orgId, callerOf(req));
      await create(checker, body, req, res);
    })
    .all(refuseMethod('POST'));

  router
    .route('/orgs/:orgId/workflows')
    .post(async (req, res) => {
      requireOwnOrg(req.params.orgId, callerOf(req as Request));
      await create(checker, parseBody(CreateWorkflowBody, req.body), req as Request, res);
    })
    .get(async (req, res) => {
      const orgId = requireOwnOrg(req.params.orgId, callerOf(req as Request));
      const { limit, cursor, status } = parseQuery(ListWorkflowsQuery, req.query);
      const found = await servicesOf(req as Request).workflows.list(orgId, {
        limit: limit + 1,
        ...(cursor === undefined ? {} : { after: decodeCursor(Place, cursor) }),
        ...(status === undefined ? {} : { status }),
      });
      res.json(toPage(found, limit, ({ id, name }) => ({ name, id }), representWorkflow));
    })
    .all(refuseMethod('GET', 'POST'));

  router
    .route('/workflows/:workflowId')
    .get(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { orgId } = callerOf(req as Request);
      const found = await servicesOf(req as Request).workflows.get(orgId, workflowId);
      setETag(res, found.workflow).json(representWorkflowWithSteps(found));
    })
    .patch(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { orgId, caller } = callerOf(req as Request);
      const changes = withoutUndefined(parseBody(ChangeWorkflowBody, req.body));
      const { workflows } = servicesOf(req as Request);
      const changed = await workflows.change(orgId, workflowId, changes, actorOf(caller), expectedBy(req));
      (await answerChange(res, checker, changed)).json(representWorkflowWithSteps(changed));
    })
    .delete(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { orgId, caller } = callerOf(req as Request);
      const { workflows } = servicesOf(req as Request);
      await workflows.archive(orgId, workflowId, actorOf(caller), expectedBy(req));
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));

  return router;
}

async function create(
  checker: Checker,
  body: CreateWorkflowBody,
  req: Request,
  res: Response,
): Promise<void> {
  const { orgId, caller } = callerOf(req);
  const createdBy = actorOf(caller);
  const { workflows } = servicesOf(req);
  const id = reservedIdOf(req);
  const created = await workflows.create({
    ...withoutUndefined(body),
    ...(id === undefined ? {} : { id }),
    orgId,
    status: 'ACTIVE',
    createdBy,
  });
  res.status(201).location(`/api/workflows/${created.workflow.id}`);
  (await answerChange(res, checker, created)).json(representWorkflowWithSteps(created));
}

/** What was not sent is left out, which is not the same as undefined. */
function withoutUndefined<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
