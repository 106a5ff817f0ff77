import { type Request, Router } from 'express';
import { z } from 'zod';
import { wordsOf } from '../../domain/schedule-words.ts';
import { ScheduleTriggerSettings } from '../../domain/triggers/schedule-trigger.ts';
import type { ScheduleWithTimes } from '../../engine/triggers/schedules.ts';
import type { HttpDeps } from '../http-deps.ts';
import { reservedIdOf } from '../idempotency.ts';
import { refuseMethod } from '../refuse-method.ts';
import { managerOf } from '../request-context.ts';
import { requireId } from '../require-id.ts';
import { parseBody } from './parse-input.ts';
import { wholeList } from './representations.ts';

const { inputsTemplate, missed, overlap, postTo, timeZone } = ScheduleTriggerSettings.shape;

/** `POST /api/workflows/:workflowId/schedules`; `when` in words or as cron. */
export const CreateScheduleBody = z.strictObject({
  /** Default: when it runs, in words. */
  name: z.string().optional(),
  when: z.string(),
  timeZone: timeZone.default('UTC'),
  inputsTemplate,
  missed,
  overlap,
  postTo,
});

/** `PATCH …/schedules/:scheduleId`; what is left out stays. */
export const ChangeScheduleBody = z.strictObject({
  name: z.string().optional(),
  enabled: z.boolean().optional(),
  when: z.string().optional(),
  timeZone: timeZone.optional(),
  inputsTemplate: inputsTemplate.unwrap().optional(),
  missed: missed.unwrap().optional(),
  overlap: overlap.unwrap().optional(),
  postTo: postTo.unwrap().optional(),
});

/** Schedules of a workflow. */
export function scheduleRoutes({ schedules, triggers }: Pick<HttpDeps, 'schedules' | 'triggers'>): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/schedules')
    .post(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      const input = parseBody(CreateScheduleBody, req.body);
      const made = await schedules.create(managerOf(req), workflowId, input, reservedIdOf(req as Request));
      const { id } = made.schedule;
      res.status(201).location(`/api/workflows/${workflowId}/schedules/${id}`).json(representSchedule(made));
    })
    .get(async (req, res) => {
      const workflowId = requireId(req.params.workflowId, 'workflow');
      res.json(wholeList((await schedules.list(managerOf(req), workflowId)).map(representSchedule)));
    })
    .all(refuseMethod('GET', 'POST'));
  router
    .route('/workflows/:workflowId/schedules/:scheduleId')
    .get(async (req, res) => {
      const { workflowId, scheduleId } = idsOf(req.params);
      res.json(representSchedule(await schedules.get(managerOf(req), workflowId, scheduleId)));
    })
    .patch(async (req, res) => {
      const { workflowId, scheduleId } = idsOf(req.params);
      const changes = parseBody(ChangeScheduleBody, req.body);
      const by = managerOf(req);
      res.json(representSchedule(await schedules.change(by, workflowId, scheduleId, changes)));
    })
    .delete(async (req, res) => {
      const { workflowId, scheduleId } = idsOf(req.params);
      await triggers.delete(managerOf(req), workflowId, scheduleId);
      res.status(204).end();
    })
    .all(refuseMethod('GET', 'PATCH', 'DELETE'));
  return router;
}

function idsOf(params: { workflowId: string; scheduleId: string }): {
  workflowId: string;
  scheduleId: string;
} {
  return {
    workflowId: requireId(params.workflowId, 'workflow'),
    scheduleId: requireId(params.scheduleId, 'schedule'),
  };
}

function representSchedule({ schedule, nextRuns, lastRunAt, lastExecutionId }: ScheduleWithTimes): object {
  const { id, orgId, workflowId, name, enabled, settings, createdBy, createdAt, updatedAt } = schedule;
  const { cron, words: _words, ...others } = settings;
  const when = { when: wordsOf(settings), cron, ...others };
  const times = { nextRuns, lastRunAt, lastExecutionId };
  return { id, orgId, workflowId, name, enabled, ...when, ...times, createdBy, createdAt, updatedAt };
}
