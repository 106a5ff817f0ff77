import { Router } from 'express';
import { NotFoundError } from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { docsRouter } from '../openapi/docs-router.ts';
import { honourIdempotencyKeys } from '../idempotency.ts';
import { createRateLimits } from '../rate-limit.ts';
import { requireKey } from '../require-key.ts';
import { agentListenerRoutes } from './agent-listener-routes.ts';
import { agentRoutes } from './agent-routes.ts';
import { apiKeyRoutes } from './api-key-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { checkRoutes } from './check-routes.ts';
import { executionRoutes } from './execution-routes.ts';
import { batchRoutes } from './batch-routes.ts';
import { definitionRoutes } from './definition-routes.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { eventHandlerRoutes } from './event-handler-routes.ts';
import { intakeRoutes } from './intake-routes.ts';
import { memberRoutes } from './member-routes.ts';
import { memberSettingsRoutes } from './member-settings-routes.ts';
import { moveRoutes } from './move-routes.ts';
import { orgRoutes } from './org-routes.ts';
import { pluginRoutes } from './plugin-routes.ts';
import { readJson } from './read-json.ts';
import { rehearsalRoutes } from './rehearsal-routes.ts';
import { scheduleRoutes } from './schedule-routes.ts';
import { revisionRoutes } from './revision-routes.ts';
import { steeringRoutes } from './steering-routes.ts';
import { stepRoutes } from './step-routes.ts';
import { teamRoutes } from './team-routes.ts';
import { whyRoutes } from './why-routes.ts';
import { triggerRoutes } from './trigger-routes.ts';
import { workflowRoutes } from './workflow-routes.ts';

/** Everything under `/api`. The description is for everybody; for the rest the key is checked before a body is read, and before a route is looked for. */
export function createApiRouter(deps: HttpDeps): Router {
  const router = Router();
  router.use(docsRouter(deps.publicUrl));
  const limits = createRateLimits(deps.rateLimitPerMinute);
  router.use(requireKey(deps), limits.ofStrangers, limits.ofCallers);
  // Before the bodies of all others are read as JSON.
  router.use(definitionRoutes(deps), batchRoutes(deps));
  router.use(readJson(), honourIdempotencyKeys(deps));
  // Executions first: their paths would otherwise be read as a workflow called "executions".
  router.use(executionRoutes(), whyRoutes(deps), steeringRoutes());
  router.use(
    workflowRoutes(deps),
    stepRoutes(deps),
    checkRoutes(deps),
    rehearsalRoutes(deps),
    revisionRoutes(deps),
    moveRoutes(deps),
    orgRoutes(deps),
  );
  router.use(
    memberRoutes(deps),
    memberSettingsRoutes(deps),
    teamRoutes(deps),
    apiKeyRoutes(deps),
    auditRoutes(deps),
    agentRoutes(deps),
  );
  router.use(triggerRoutes(deps));
  router.use(pluginRoutes(deps), eventHandlerRoutes(deps), agentListenerRoutes(deps), deliveryRoutes(deps));
  router.use(intakeRoutes(deps), scheduleRoutes(deps));
  router.use(() => {
    throw new NotFoundError('There is no such route in this API.', 'no-such-route');
  });
  return router;
}
