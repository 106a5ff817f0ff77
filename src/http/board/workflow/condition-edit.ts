import { type Request, type Response, Router } from 'express';
import { NotFoundError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { servicesOf } from '../../request-context.ts';
import type { StepContext } from '../board-authoring.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { readBlockInputs } from '../forms/block-inputs.ts';
import { html, type SafeHtml } from '../html.ts';
import { viewerOf } from '../viewer.ts';
import { findCondition, markOfCondition } from './find-condition.ts';
import { formPage, type SentAgain } from './form-pages.ts';
import {
  actorOfViewer,
  expectedRevision,
  orSayWhy,
  readEditable,
  resourcesFor,
  stepOf,
  textParam,
} from './workflow-request.ts';

/** Conditions on what came out of a step: field, comparison and value, with the form that Slack has for them. */
export function conditionRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/steps/:stepId/conditions/:index')
    .get((req, res) => show(deps, req as Request, res, null))
    .post((req, res) => save(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

interface Asked {
  context: StepContext;
  /** Null for a new one. */
  index: number | null;
  /** True when others have moved it since its form was made. */
  hasMoved: boolean;
  asJson: boolean;
}

/** The address names a condition by its place, and its form by what it was, which counts. @throws NotFoundError */
async function readAsked(deps: BoardDeps, req: Request): Promise<Asked> {
  const found = await readEditable(req);
  const step = stepOf(req, found);
  const param = textParam(req, 'index');
  const known = deps.authoring.conditions.list(step);
  const place = param === 'new' ? null : Number(param);
  const mark = fieldOf(req, 'seen');
  const index = place === null || mark === '' ? place : (findCondition(step, mark, place) ?? -1);
  if (known === null || (index !== null && !known.some((one) => one.index === index)))
    throw new NotFoundError('There is no such condition any more.');
  const asJson = req.query['as'] === 'json' || fieldOf(req, 'as') === 'json';
  const resources = await resourcesFor(deps, found.workflow.orgId);
  return { context: { ...found, step, resources }, index, hasMoved: index !== place, asJson };
}

async function show(deps: BoardDeps, req: Request, res: Response, sent: SentAgain | null): Promise<void> {
  const { context, index, asJson } = await readAsked(deps, req);
  const { workflow, step } = context;
  const stepPath = `/board/workflows/${workflow.id}/steps/${step.id}`;
  const action = `${stepPath}/conditions/${index ?? 'new'}`;
  const blocks = deps.authoring.conditions.blocks(context, index, asJson);
  const handoff = index === null ? undefined : step.handoffs?.[index];
  const about = { viewer: viewerOf(req), workflow, labels: new Map<string, string>() };
  const form = {
    title: index === null ? 'Add a condition' : 'Change a condition',
    action,
    submit: 'Save',
    blocks: blocks.map((group) => (group.length === 1 ? (group[0] ?? group) : group)),
    hidden: [
      ...(asJson ? [['as', 'json'] as const] : []),
      ...(handoff === undefined ? [] : [['seen', markOfCondition(handoff)] as const]),
    ],
    back: `${stepPath}?open=routes#part-routes`,
    foot: otherWay(
      action,
      blocks.some((group) => group.length > 1),
      asJson,
    ),
    sent,
  };
  res
    .status(sent === null ? 200 : 422)
    .type('html')
    .send(formPage(about, form));
}

/** Everything that rows cannot say is written as JSON. A condition with nothing but a name has neither. */
function otherWay(action: string, hasRows: boolean, asJson: boolean): SafeHtml {
  if (asJson)
    return html`<p class="hint"><a href="${action}">Ask for it in rows of field, comparison and value</a></p>`;
  if (!hasRows) return html``;
  return html`<p class="hint">Advanced: <a href="${action}?as=json">write it as a JSON Schema</a></p>`;
}

async function save(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const { context, index, hasMoved, asJson } = await readAsked(deps, req);
  const { workflow, step } = context;
  const { conditions } = deps.authoring;
  const typed = readBlockInputs(conditions.blocks(context, index, asJson).flat(), req.body);
  const state = hasMoved ? conditions.withoutPlace(typed) : typed;
  const { steps, errors } = conditions.read(context, index, state);
  if (Object.keys(errors).length > 0) return show(deps, req, res, { errors, state, message: '' });
  const by = actorOfViewer(req);
  await orSayWhy(
    async () => {
      const { workflows } = servicesOf(req);
      await workflows.change(workflow.orgId, workflow.id, { steps }, by, expectedRevision(req));
      res.redirect(303, `/board/workflows/${workflow.id}/steps/${step.id}?open=routes#part-routes`);
    },
    (message) => show(deps, req, res, { errors: {}, state, message }),
  );
}
