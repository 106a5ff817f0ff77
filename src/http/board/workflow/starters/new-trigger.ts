import { type Request, type Response, Router } from 'express';
import { deriveId } from '../../../../domain/ids.ts';
import type { TriggerKind } from '../../../../domain/trigger.ts';
import type { Workflow } from '../../../../domain/workflow.ts';
import type { Intake } from '../../../../engine/intakes/intakes.ts';
import { makeIntakeKey } from '../../../../engine/intakes/make-intake-key.ts';
import { secretShownOnceCode } from '../../../../engine/people/secret-shown-once.ts';
import { ConflictError, NotFoundError } from '../../../../errors.ts';
import { refuseMethod } from '../../../refuse-method.ts';
import { managerOf } from '../../../request-context.ts';
import type { BoardDeps } from '../../board-deps.ts';
import { fieldOf } from '../../csrf.ts';
import { type FormState, readBlockInputs } from '../../forms/block-inputs.ts';
import { html } from '../../html.ts';
import { icon } from '../../icons.ts';
import { viewerOf } from '../../viewer.ts';
import { formPage, type SentAgain, sheet } from '../form-pages.ts';
import { editPath, readEditable, textParam } from '../workflow-request.ts';
import { placeIn, type Refused } from './place-in.ts';
import { commandBlock, pathOf } from './trigger-page.ts';

const kinds: readonly TriggerKind[] = ['message', 'reaction', 'schedule', 'intake'];

/** Makes what starts tasks by itself, with the forms that Slack has for it. */
export function newTriggerRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/new-trigger/:kind')
    .get((req, res) => show(deps, req as Request, res, null))
    .post((req, res) => create(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

function kindOf(req: Request): TriggerKind {
  const kind = kinds.find((known) => known === textParam(req, 'kind'));
  if (kind === undefined) throw new NotFoundError('Nothing of that kind starts tasks.');
  return kind;
}

async function show(deps: BoardDeps, req: Request, res: Response, sent: SentAgain | null): Promise<void> {
  const { workflow } = await readEditable(req);
  const kind = kindOf(req);
  const viewer = viewerOf(req);
  const form = await deps.triggerForms.newForm(kind, workflow, viewer.member);
  const action = `/board/workflows/${workflow.id}/new-trigger/${kind}`;
  const about = { viewer, workflow, labels: new Map<string, string>() };
  res
    .status(sent === null ? 200 : (sent.status ?? 422))
    .type('html')
    .send(
      formPage(about, {
        ...form,
        action,
        submit: 'Create',
        hidden: [['once', fieldOf(req, 'once') || deps.newId()]],
        sent,
      }),
    );
}

async function create(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const { workflow } = await readEditable(req);
  const kind = kindOf(req);
  const { blocks } = await deps.triggerForms.newForm(kind, workflow, viewerOf(req).member);
  const state = readBlockInputs(blocks, req.body);
  const again = (refused: Refused): Promise<void> => show(deps, req, res, { ...refused, state });
  try {
    if (kind === 'intake') return await createIntake(deps, req, res, workflow, state);
    if (kind === 'schedule') return await createSchedule(deps, req, res, workflow, state);
    const { input, errors } = await deps.triggerForms.readNew(kind, workflow, state);
    if (input === null) return await again({ errors, message: '' });
    const trigger = await deps.triggers.create(managerOf(req), workflow.id, input);
    // What it gives the task was guessed: that is looked at next.
    res.redirect(303, `${pathOf(trigger)}?open=inputs#part-inputs`);
  } catch (error) {
    await again(placeIn(deps, kind, blocks, workflow, error));
  }
}

async function createSchedule(
  deps: BoardDeps,
  req: Request,
  res: Response,
  workflow: Workflow,
  state: FormState,
): Promise<void> {
  const { name, ...values } = deps.triggerForms.readSchedule(state, workflow.inputsSchema);
  const named = name === null ? values : { ...values, name };
  const { schedule } = await deps.schedules.create(managerOf(req), workflow.id, named);
  res.redirect(303, pathOf(schedule));
}

/** What is shown once is shown in the answer itself, which is kept nowhere. */
async function createIntake(
  deps: BoardDeps,
  req: Request,
  res: Response,
  workflow: Workflow,
  state: FormState,
): Promise<void> {
  const { name, key } = deps.triggerForms.readNewIntake(state);
  const by = managerOf(req);
  const settings = { inputsTemplate: null, outputTemplate: null };
  // The same form makes one intake of a name, however often it is sent.
  const id = deriveId(
    'intake',
    viewerOf(req).session.id,
    workflow.id,
    fieldOf(req, 'once').slice(0, 64),
    name,
  );
  res.set('Cache-Control', 'no-store').type('html');
  try {
    const made = await deps.intakes.create(by, workflow.id, { name, settings }, id);
    const bearer = key === 'new' ? await makeIntakeKey(deps, by, made.intake) : null;
    res.send(madePage(deps, req, workflow, { ...made, bearer }));
  } catch (error) {
    if (!(error instanceof ConflictError && error.code === secretShownOnceCode)) throw error;
    res.send(madeBeforePage(req, workflow, await deps.intakes.get(by, workflow.id, id)));
  }
}

/** For a form that was sent twice, of which a browser shows the last answer. */
function madeBeforePage(req: Request, workflow: Workflow, intake: Intake): string {
  return sheet(
    viewerOf(req),
    workflow,
    'The intake is there',
    html`<p class="notice">${icon('done')} <span><strong>${intake.name}</strong> was made by the first of two requests, and takes work now.</span></p>
    <p>A new key and the secret of its callbacks are shown once, and were in the answer to that one. If you have not seen them, make others: a key with <code>/workflow keys</code> in Slack, which is also where to revoke the one that was made, and a secret with <code>POST /api/workflows/${workflow.id}/intakes/${intake.id}/rotate-secret</code>.</p>
    <div class="buttons"><a class="button button-primary" href="${pathOf(intake)}">Open the intake</a>
      <a class="button button-quiet" href="${editPath(workflow.id)}">Back to the workflow</a></div>`,
  );
}

function madePage(
  { triggerForms }: BoardDeps,
  req: Request,
  workflow: Workflow,
  { intake, secret, bearer }: { intake: Intake; secret: string | null; bearer: string | null },
): string {
  const withKey =
    bearer === null
      ? html`Put your key into <code>BATON_KEY</code> first (<code>export BATON_KEY=…</code>), then paste this into a terminal.`
      : html`Paste this into a terminal. The key in it is shown this once, and acts as you: do not pass it on.`;
  const callback =
    secret === null
      ? html`<p>Callbacks cannot be signed here: <code>ENCRYPTION_KEYS</code> is not set. Ask with the <code>work_id</code> instead.</p>`
      : html`<p>With <code>"callback_url"</code> in the body that address is called when the work ends, signed with this secret, which is shown this once:</p><pre>${secret}</pre>`;
  return sheet(
    viewerOf(req),
    workflow,
    'The intake is there',
    html`<p class="notice notice-done">${icon('done')} <span><strong>${intake.name}</strong> takes work now.</span></p>
    <p>${withKey}</p>${commandBlock(triggerForms.command(workflow, intake, bearer))}
    <p>It answers with a <code>work_id</code>; a GET of the same address followed by <code>/work/</code> and the id tells how far it is.</p>
    ${callback}
    <div class="buttons"><a class="button button-primary" href="${pathOf(intake)}">I have copied it</a>
      <a class="button button-quiet" href="${editPath(workflow.id)}">Back to the workflow</a></div>`,
  );
}
