import { type Request, Router } from 'express';
import { z } from 'zod';
import { actorOf } from '../../domain/actor.ts';
import { Move, Scenario, maxMoves } from '../../domain/rehearsal.ts';
import type { Rehearsals } from '../../engine/rehearsals/rehearsals.ts';
import { addScenario, deleteScenario } from '../../engine/workflows/scenarios.ts';
import { endOf } from '../../engine/simulate/play.ts';
import type { WorkflowWithSteps } from '../../engine/workflows/workflows.ts';
import type { HttpDeps } from '../http-deps.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, servicesOf } from '../request-context.ts';
import { findWorkflow } from './find-workflow.ts';
import { AnyJsonObject, parseBody } from './parse-input.ts';
import { wholeList } from './representations.ts';

/** Without `moves` everything that may happen is tried; with them, a task is played. */
export const SimulateBody = z.strictObject({
  /** Default: made from the inputs schema; for a task that is played: none. */
  inputs: AnyJsonObject.optional(),
  moves: z.array(Move).max(maxMoves, `must be at most ${maxMoves}`).optional(),
  /** Who starts the task, as in a move's `by`. */
  startedBy: z.string().min(1, 'must not be empty').max(300).optional(),
});
export type SimulateBody = z.infer<typeof SimulateBody>;

/** Rehearsals of a workflow, and the scenarios that are kept with it. */
export function rehearsalRoutes({ rehearsals }: Pick<HttpDeps, 'rehearsals'>): Router {
  const router = Router();

  router
    .route('/workflows/:workflowId/simulate')
    .post(async (req, res) => {
      const found = await findWorkflow(req);
      const { inputs, moves, startedBy } = parseBody(SimulateBody, req.body);
      const { definition } = found;
      const { revision } = definition;
      if (moves === undefined) {
        res.json({ kind: 'automatic', revision, ...(await rehearsals.explore(definition, inputs ?? null)) });
        return;
      }
      const starter = startedBy === undefined ? {} : { startedBy };
      const played = await rehearsals.play({ definition, inputs: inputs ?? {}, moves, ...starter });
      const { execution, now, records, refused } = played;
      const { context, failure } = execution;
      res.json({
        kind: 'scripted',
        revision,
        end: endOf(execution),
        now,
        context,
        failure,
        records,
        refused,
      });
    })
    .all(refuseMethod('POST'));

  router
    .route('/workflows/:workflowId/scenarios')
    .get(async (req, res) => {
      const found = await findWorkflow(req);
      res.json(wholeList(await representScenarios(rehearsals, found)));
    })
    .post(async (req, res) => {
      const found = await findWorkflow(req);
      const scenario = parseBody(Scenario, req.body);
      const { workflows } = servicesOf(req);
      const by = actorOf(callerOf(req).caller);
      const after = await addScenario(workflows, found.workflow, scenario, by);
      const items = await representScenarios(rehearsals, after);
      res.status(201).json(items.find(({ name }) => name === scenario.name));
    })
    .all(refuseMethod('GET', 'POST'));

  router
    .route('/workflows/:workflowId/scenarios/:name')
    .delete(async (req, res) => {
      const { workflow } = await findWorkflow(req);
      const by = actorOf(callerOf(req as Request).caller);
      await deleteScenario(servicesOf(req).workflows, workflow, req.params.name, by);
      res.status(204).end();
    })
    .all(refuseMethod('DELETE'));

  return router;
}

async function representScenarios(
  rehearsals: Rehearsals,
  found: WorkflowWithSteps,
): Promise<(Scenario & { result: object })[]> {
  const results = await rehearsals.checkScenarios(found);
  return (found.workflow.scenarios ?? []).map((scenario, index) => {
    const { passed = false, problem = null, end = null } = results[index] ?? {};
    return { ...Scenario.parse(scenario), result: { passed, problem, end } };
  });
}
