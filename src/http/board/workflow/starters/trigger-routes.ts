import { type Request, type Response, Router } from 'express';
import { type Trigger, isSlackTrigger } from '../../../../domain/trigger.ts';
import { NotFoundError } from '../../../../errors.ts';
import { refuseMethod } from '../../../refuse-method.ts';
import { managerOf } from '../../../request-context.ts';
import type { BoardDeps } from '../../board-deps.ts';
import { csrfField, fieldOf } from '../../csrf.ts';
import { html } from '../../html.ts';
import { viewerOf } from '../../viewer.ts';
import { sheet } from '../form-pages.ts';
import { editPath, readEditable } from '../workflow-request.ts';
import { savePart } from './save-part.ts';
import { readTrigger, showTrigger } from './show-trigger.ts';
import { pathOf } from './trigger-page.ts';

/** One thing that starts tasks: what it is and did, and everything that can be done about it. */
export function triggerPageRoutes(deps: BoardDeps): Router {
  const router = Router();
  const path = '/workflows/:workflowId/triggers/:triggerId';
  router
    .route(path)
    .get((req, res) => showTrigger(deps, req as Request, res, { sent: null, tried: null }))
    .post((req, res) => savePart(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  router
    .route(`${path}/switch`)
    .post(async (req, res) => {
      const trigger = await readTrigger(deps, req as Request);
      const enabled = fieldOf(req as Request, 'enabled') === 'on';
      const by = managerOf(req);
      // Each kind has its own service, which keeps what hangs on it right.
      if (trigger.kind === 'schedule')
        await deps.schedules.change(by, trigger.workflowId, trigger.id, { enabled });
      else await deps.triggers.change(by, trigger.workflowId, trigger.id, { enabled });
      res.redirect(303, fieldOf(req as Request, 'from') === 'list' ? listPath(trigger) : pathOf(trigger));
    })
    .all(refuseMethod('POST'));
  router
    .route(`${path}/try`)
    .post((req, res) => tryIt(deps, req as Request, res))
    .all(refuseMethod('POST'));
  router
    .route(`${path}/delete`)
    .get((req, res) => askToDelete(deps, req as Request, res))
    .post(async (req, res) => {
      const trigger = await readTrigger(deps, req as Request);
      await deps.triggers.delete(managerOf(req), trigger.workflowId, trigger.id);
      res.redirect(303, listPath(trigger));
    })
    .all(refuseMethod('GET', 'POST'));
  return router;
}

function listPath({ workflowId }: Trigger): string {
  return `${editPath(workflowId)}#starters-title`;
}

/** Shows what the sample would do. Starts nothing. */
async function tryIt(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const { workflow } = await readEditable(req);
  const trigger = await readTrigger(deps, req);
  if (!isSlackTrigger(trigger)) throw new NotFoundError('There is nothing to try about this.');
  const text = fieldOf(req, 'sample').slice(0, 3_000);
  const result = await deps.triggerForms.tryText(trigger, workflow, text, viewerOf(req).member);
  await showTrigger(deps, req, res, { sent: null, tried: { text, result } });
}

async function askToDelete(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const { workflow } = await readEditable(req);
  const trigger = await readTrigger(deps, req);
  const viewer = viewerOf(req);
  res.type('html').send(
    sheet(
      viewer,
      workflow,
      `Delete “${trigger.name}”?`,
      html`<p>${deps.triggerForms.deleteWords(trigger)}</p>
      <form class="form" method="post" action="${pathOf(trigger)}/delete">${csrfField(viewer)}
        <div class="buttons"><button class="button button-danger" type="submit">Delete</button>
          <a class="button button-quiet" href="${pathOf(trigger)}">Keep it</a></div></form>`,
    ),
  );
}
