import { type Request, Router } from 'express';
import { z } from 'zod';
import { recipientsOf } from '../../domain/asks.ts';
import { currentStepExecution } from '../../domain/execution.ts';
import { assertStorableJson } from '../../domain/json.ts';
import type { ExecutionCommand } from '../../engine/engine.ts';
import { requireNotMoved } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { callerOf, identifyCaller, servicesOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { completeStepCommand, findVisit } from './complete-step-command.ts';
import { AnyJson, parseBody } from './parse-input.ts';
import { representExecution } from './representations.ts';

/** As long as a text that a person can type into a Slack modal. */
const maxCommentLength = 3_000;
const Comment = z
  .string()
  .max(maxCommentLength, `must be at most ${maxCommentLength} characters`)
  .nullable()
  .default(null);

export const CompleteStepBody = z.strictObject({
  stepName: z.string(),
  output: AnyJson.default(null),
  outcome: z.string().nullable().default(null),
  comment: Comment,
  /** `decisionDigest` of what was decided on: refused when it is something else by now. */
  digest: z.string().max(128).nullable().default(null),
});
export type CompleteStepBody = z.infer<typeof CompleteStepBody>;
export const CancelBody = z.strictObject({ reason: Comment });
export type CancelBody = z.infer<typeof CancelBody>;
/** `step`: the one at which the task stopped. `start`: the first one, with the same inputs. */
export const RetryBody = z.strictObject({
  from: z.enum(['step', 'start'], 'must be "step" or "start"').default('step'),
});
export type RetryBody = z.infer<typeof RetryBody>;
/** `to`: the name of a step of the task's revision, or `complete`. */
export const RerouteBody = z.strictObject({ to: z.string().min(1, 'must not be empty'), reason: Comment });
export type RerouteBody = z.infer<typeof RerouteBody>;
const Recipient = z.string().min(1, 'must not be empty').max(300, 'is too long');
/**
 * Asks others at the step that the task waits at; `from` null: instead of the caller, or of everybody. `stepName`:
 * refused when the task waits elsewhere by now.
 */
export const ReassignBody = z.strictObject({
  stepName: z.string().nullable().default(null),
  to: z.array(Recipient).min(1, 'must name somebody').max(20, 'names too many'),
  from: Recipient.nullable().default(null),
  note: Comment,
});
export type ReassignBody = z.infer<typeof ReassignBody>;
export const SignalBody = z.strictObject({
  name: z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,62}$/, 'must be an identifier: letters, digits and _, at most 63')
    .refine((name) => !['constructor', 'prototype', '__proto__'].includes(name), 'is reserved'),
  payload: AnyJson.default(null),
});
export type SignalBody = z.infer<typeof SignalBody>;

/** What moves a task from outside. Each answers with the execution as it stands afterwards. */
export function steeringRoutes(): Router {
  const router = Router();

  /** @param toCommand reads the body; what is wrong with it is thrown */
  function steer(verb: string, toCommand: ToCommand): void {
    router
      .route(`/workflows/executions/:executionId/${verb}`)
      .post(async (req: Request<{ executionId: string }>, res) => {
        const executionId = requireId(req.params.executionId, 'task');
        const { engine } = servicesOf(req);
        const { orgId } = callerOf(req);
        await requireNotMoved(req as Request, async () => (await engine.read(orgId, executionId)).state.v);
        const command = await toCommand(req, executionId);
        res.json(representExecution(await engine.execute(orgId, executionId, command)));
      })
      .all(refuseMethod('POST'));
  }

  steer('complete-step', async (req, executionId) => {
    const body = parseBody(CompleteStepBody, req.body);
    assertStorableJson(body.output, 'output');
    const task = await servicesOf(req).engine.read(callerOf(req).orgId, executionId);
    const visit = task.state.stack.findLast(({ stepName }) => stepName === body.stepName);
    const recipients = visit === undefined ? [] : recipientsOf(visit);
    return completeStepCommand(task, body, await identifyCaller(req, recipients));
  });
  steer('cancel', (req) => {
    const { reason } = parseBody(CancelBody, req.body);
    return { type: 'cancel', reason, by: callerOf(req).caller };
  });
  steer('retry', (req) => {
    const { from } = parseBody(RetryBody, req.body);
    return { type: 'retry', from, by: callerOf(req).caller };
  });
  steer('reroute', (req) => {
    const { to, reason } = parseBody(RerouteBody, req.body);
    return { type: 'reroute', to, reason, by: callerOf(req).caller };
  });
  steer('reassign', async (req, executionId) => {
    const { stepName, to, from, note } = parseBody(ReassignBody, req.body);
    const task = await servicesOf(req).engine.read(callerOf(req).orgId, executionId);
    const visit = stepName === null ? currentStepExecution(task.state) : findVisit(task, stepName);
    const by = await identifyCaller(req, visit === undefined ? [] : recipientsOf(visit));
    const stepExecutionId = stepName === null ? null : (visit?.id ?? null);
    // Whether the caller may manage the task is found out where everybody's rights are.
    return { type: 'reassign', stepExecutionId, from, to, note, canManage: false, by };
  });
  steer('signal', (req) => {
    const { name, payload } = parseBody(SignalBody, req.body);
    assertStorableJson(payload, 'payload');
    return { type: 'signal', name, payload, by: callerOf(req).caller };
  });
  return router;
}

type ToCommand = (
  req: Request<{ executionId: string }>,
  executionId: string,
) => ExecutionCommand | Promise<ExecutionCommand>;
