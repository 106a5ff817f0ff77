import { type Request, Router } from 'express';
import { z } from 'zod';
import { Mapping } from '../../domain/mapping.ts';
import type { Intake } from '../../engine/intakes/intakes.ts';
import type { HttpDeps } from '../http-deps.ts';
import { locateMadeBefore, reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { ListDeliveriesQuery } from './delivery-routes.ts';
import { decodeCursor, toPage } from './paging.ts';
import { parseBody, parseQuery } from './parse-input.ts';
import { EmptyBody, RotateSecretBody } from './plugin-input.ts';
import { representDelivery } from './plugin-representations.ts';
import { wholeList } from './representations.ts';

/** `POST /api/workflows/:workflowId/intakes` */
export const CreateIntakeBody = z.strictObject({
  /** Default: a name of its own. */
  name: z.string().optional(),
  inputsTemplate: Mapping.nullable().default(null),
  outputTemplate: Mapping.nullable().default(null),
});

/** `PATCH …/intakes/:intakeId`; what is left out stays. */
export const ChangeIntakeBody = z.strictObject({
  name: z.string().optional(),
  enabled: z.boolean().optional(),
  inputsTemplate: Mapping.nullable().optional(),
  outputTemplate: Mapping.nullable().optional(),
});

const hourMs = 3_600_000;
const base = '/workflows/:workflowId/intakes';

type IntakeDeps = Pick<HttpDeps, 'intakes' | 'triggers' | 'webhooks' | 'publicUrl'>;

/** Intakes of a workflow: the addresses to which programs send work. */
export function intakeRoutes(deps: IntakeDeps): Router {
  const { intakes, triggers, publicUrl } = deps;
  const router = Router();
  const represent = (intake: Intake): object => representIntake(intake, publicUrl);

  router
    .route(base)
    .post(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const { name, ...settings } = parseBody(CreateIntakeBody, req.body);
      const id = reservedIdOf(req as Request);
      const { intake, secret } = await intakes
        .create(managerOf(req), workflowId, { name, settings }, id)
        .catch(locateMadeBefore(res, `/api/workflows/${workflowId}/intakes/${id ?? ''}`));
      res
        .status(201)
        .location(`/api/workflows/${workflowId}/intakes/${intake.id}`)
        .json({ ...represent(intake), callbackSecret: secret });
    })
    .get(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const all = await triggers.list(managerOf(req), workflowId);
      res.json(wholeList(all.flatMap((trigger) => (trigger.kind === 'intake' ? represent(trigger) : []))));
    })
    .all(refuseMethod('GET', 'POST'));

  router
    .route(`${base}/:intakeId`)
    .get(async (req, res) => {
      const { workflowId, intakeId } = idsOf(req.params);
      res.json(represent(await intakes.get(managerOf(req), workflowId, intakeId)));
    })
    .patch(async (req, res) => {
      const { workflowId, intakeId } = idsOf(req.params);
      const changes = parseBody(ChangeIntakeBody, req.body);
      res.json(represent(await intakes.change(managerOf(req), workflowId, intakeId, changes)));
    })
    .delete(async (req, res) => {
      const { workflowId, intakeId } = idsOf(req.params);
      await intakes.delete(managerOf(req), workflowId, intakeId);
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));

  router
    .route(`${base}/:intakeId/rotate-secret`)
    .post(async (req, res) => {
      const { workflowId, intakeId } = idsOf(req.params);
      const { overlapHours } = parseBody(RotateSecretBody, req.body);
      const by = managerOf(req);
      const callbackSecret = await intakes.rotateSecret(by, workflowId, intakeId, overlapHours * hourMs);
      res.json({ ...represent(await intakes.get(by, workflowId, intakeId)), callbackSecret });
    })
    .all(refuseMethod('POST'));

  addCallbacks(router, deps);
  return router;
}

/** What became of callbacks, and sending them again. */
function addCallbacks(router: Router, { intakes, webhooks: { deliveries } }: IntakeDeps): void {
  router
    .route(`${base}/:intakeId/callbacks`)
    .get(async (req, res) => {
      const { workflowId, intakeId } = idsOf(req.params);
      const { id: handlerId } = await intakes.get(managerOf(req), workflowId, intakeId);
      const { state, limit, cursor } = parseQuery(ListDeliveriesQuery, req.query);
      const before = cursor === undefined ? undefined : decodeCursor(z.string(), cursor);
      const found = await deliveries.list({ handlerId, state, before, limit: limit + 1 });
      res.json(
        toPage(
          found,
          limit,
          ({ id }) => id,
          (delivery) => representDelivery(delivery, true),
        ),
      );
    })
    .all(refuseMethod('GET'));

  router
    .route(`${base}/:intakeId/callbacks/:deliveryId/replay`)
    .post(async (req, res) => {
      const { workflowId, intakeId } = idsOf(req.params);
      parseBody(EmptyBody, req.body);
      const { id } = await intakes.forChange(managerOf(req), workflowId, intakeId);
      const deliveryId = requireId(req.params.deliveryId, 'callback');
      const delivery = await deliveries.replay({ id, pluginId: id, enabled: true }, deliveryId);
      res.json(representDelivery(delivery, true));
    })
    .all(refuseMethod('POST'));
}

function idsOf(params: { workflowId: string; intakeId: string }): { workflowId: string; intakeId: string } {
  return {
    workflowId: requireId(params.workflowId, 'workflow'),
    intakeId: requireId(params.intakeId, 'intake'),
  };
}

function representIntake(intake: Intake, publicUrl: string): object {
  const { id, orgId, workflowId, name, enabled, settings, createdBy, createdAt, updatedAt } = intake;
  const { inputsTemplate, outputTemplate } = settings;
  const url = `${publicUrl}/v1/intake/${id}`;
  const shown = { id, orgId, workflowId, name, enabled, url, inputsTemplate, outputTemplate };
  return { ...shown, createdBy, createdAt, updatedAt };
}
