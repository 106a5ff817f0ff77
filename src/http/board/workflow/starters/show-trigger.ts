import type { Request, Response } from 'express';
import { canEditWorkflow } from '../../../../domain/access.ts';
import { type Trigger, isSlackTrigger } from '../../../../domain/trigger.ts';
import type { TriggerLogEntry } from '../../../../domain/trigger-log.ts';
import { managerOf } from '../../../request-context.ts';
import { requireId } from '../../../require-id.ts';
import type { BoardDeps } from '../../board-deps.ts';
import { mentionedIds } from '../../mrkdwn.ts';
import { viewerOf } from '../../viewer.ts';
import type { SentAgain } from '../form-pages.ts';
import { readWorkflow, textParam } from '../workflow-request.ts';
import { triggerPage } from './trigger-page.ts';

const logLength = 20;

/** The trigger that the address names, of whatever kind. @throws NotFoundError */
export function readTrigger({ triggers }: BoardDeps, req: Request): Promise<Trigger> {
  const workflowId = requireId(textParam(req, 'workflowId'), 'workflow');
  return triggers.get(managerOf(req), workflowId, requireId(textParam(req, 'triggerId'), 'trigger'));
}

/** What a form of the page has brought. */
export interface ShownAgain {
  sent: (SentAgain & { part: string }) | null;
  tried: { text: string; result: string } | null;
}

/** Answers with the page of the trigger. */
export async function showTrigger(
  deps: BoardDeps,
  req: Request,
  res: Response,
  { sent, tried }: ShownAgain,
): Promise<void> {
  const { workflow } = await readWorkflow(req);
  const trigger = await readTrigger(deps, req);
  const viewer = viewerOf(req);
  const canEdit = canEditWorkflow(viewer.access, workflow);
  const forms = deps.triggerForms;
  const [parts, unheard, log, times] = await Promise.all([
    canEdit ? forms.parts(trigger, workflow) : [],
    canEdit && isSlackTrigger(trigger) ? forms.unheard(trigger) : null,
    readLog(deps, req, trigger),
    trigger.kind === 'schedule' ? deps.schedules.get(managerOf(req), workflow.id, trigger.id) : null,
  ]);
  const sentence = deps.authoring.trigger(trigger);
  const labels = await deps.people.labelsOf(
    workflow.orgId,
    mentionedIds([sentence, unheard ?? '', tried?.result ?? '']),
  );
  const page = triggerPage(
    { viewer, workflow, labels },
    {
      trigger,
      sentence,
      unheard,
      gives: trigger.kind === 'schedule' ? null : forms.gives(trigger),
      times,
      command: trigger.kind === 'intake' ? forms.command(workflow, trigger, null) : null,
      parts,
      ...log,
      canEdit,
      open: typeof req.query['open'] === 'string' ? req.query['open'] : '',
      tried,
    },
    sent,
  );
  res
    .status(sent === null ? 200 : (sent.status ?? 422))
    .type('html')
    .send(page);
}

/** A page of what it did, from the entry on that the address names. */
async function readLog(
  { triggers }: BoardDeps,
  req: Request,
  { workflowId, id }: Trigger,
): Promise<{ log: TriggerLogEntry[]; older: string | null }> {
  const given = typeof req.query['before'] === 'string' ? req.query['before'] : '';
  const [, ms = '', entryId = ''] = /^(\d{1,15})-([0-9a-f]{24})$/.exec(given) ?? [];
  const after = entryId === '' ? undefined : { at: new Date(Number(ms)), id: entryId };
  const found = await triggers.log(managerOf(req), workflowId, id, { limit: logLength + 1, after });
  const log = found.slice(0, logLength);
  const last = log.at(-1);
  const hasMore = found.length > log.length && last !== undefined;
  return { log, older: hasMore ? `${last.at.getTime()}-${last.id}` : null };
}
