import { type Request, Router } from 'express';
import { representWork } from '../../domain/work-report.ts';
import { NotFoundError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { createRateLimits } from '../rate-limit.ts';
import { refuseMethod } from '../refuse-method.ts';
import { managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { requireKey } from '../require-key.ts';
import { readWork } from './intake-input.ts';
import { readIntakeBody } from './read-intake-body.ts';

/** `/v1/intake`: programs send work here, and ask how far it has come. */
export function createIntakeRouter(deps: HttpDeps): Router {
  const { intakes } = deps;
  const router = Router();
  const limits = createRateLimits(deps.rateLimitPerMinute);
  router.use(requireKey(deps), limits.ofStrangers, limits.ofCallers, readIntakeBody());
  router
    .route('/:intakeId')
    .post(async (req, res) => {
      const intakeId = requireId(req.params.intakeId, 'intake');
      const { id } = await intakes.accept(managerOf(req), readWork(req as Request, intakeId));
      res.status(202).location(`/v1/intake/${intakeId}/work/${id}`).json({ work_id: id });
    })
    .all(refuseMethod('POST'));
  router
    .route('/:intakeId/work/:workId')
    .get(async (req, res) => {
      const intakeId = requireId(req.params.intakeId, 'intake');
      const workId = requireId(req.params.workId, 'work item');
      res.json(representWork(workId, await intakes.read(managerOf(req), intakeId, workId)));
    })
    .all(refuseMethod('GET'));
  router.use(() => {
    throw new NotFoundError('There is no such route for intakes.', 'no-such-route');
  });
  return router;
}
