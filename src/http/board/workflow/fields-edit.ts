import { type Request, type Response, Router } from 'express';
import type { Step } from '../../../domain/definition.ts';
import { NotFoundError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { servicesOf } from '../../request-context.ts';
import type { FieldsContext, FieldsRead } from '../board-authoring.ts';
import type { BoardDeps } from '../board-deps.ts';
import { type FormState, readBlockInputs } from '../forms/block-inputs.ts';
import { html } from '../html.ts';
import { mrkdwn } from '../mrkdwn.ts';
import { viewerOf } from '../viewer.ts';
import { checkLine } from './findings.ts';
import { formPage, type SentAgain, sheet } from './form-pages.ts';
import {
  actorOfViewer,
  editPath,
  expectedRevision,
  orSayWhy,
  readEditable,
  stepOf,
  textParam,
} from './workflow-request.ts';

const newField = 'new';
const allFields = 'schema';

/** The fields that a workflow asks for, and those that come out of its steps, with the forms that Slack has for them. */
export function fieldRoutes(deps: BoardDeps): Router {
  const router = Router();
  for (const owner of ['/workflows/:workflowId/inputs', '/workflows/:workflowId/steps/:stepId/fields']) {
    router
      .route(owner)
      .get((req, res) => list(deps, req as Request, res))
      .all(refuseMethod('GET'));
    router
      .route(`${owner}/:field`)
      .get((req, res) => show(deps, req as Request, res, null))
      .post((req, res) => save(deps, req as Request, res))
      .all(refuseMethod('GET', 'POST'));
  }
  return router;
}

async function readContext(req: Request): Promise<FieldsContext & { path: string; back: string }> {
  const found = await readEditable(req);
  const step: Step | null = req.params['stepId'] === undefined ? null : stepOf(req, found);
  const workflowPath = `/board/workflows/${found.workflow.id}`;
  const back = step === null ? editPath(found.workflow.id) : `${workflowPath}/steps/${step.id}`;
  return { ...found, step, path: step === null ? `${workflowPath}/inputs` : `${back}/fields`, back };
}

async function list({ authoring, checker }: BoardDeps, req: Request, res: Response): Promise<void> {
  const context = await readContext(req);
  const { workflow, path, back } = context;
  const { about, title, fields } = authoring.fields.list(context);
  const labels = new Map<string, string>();
  const findings = await checker.check(context.definition);
  const rows = (fields ?? []).map(
    ({ key, label, text }) => html`<li class="step-row"><p class="step-about">${mrkdwn(text, labels)}</p>
      <a class="button button-small" href="${path}/field-${encodeURIComponent(key)}" aria-label="Change ${label}">Change</a></li>`,
  );
  const add =
    fields === null
      ? html`<p>What it asks for is said by a JSON Schema that has no list of fields.</p>`
      : html`<a class="button button-primary" href="${path}/${newField}">Add a field</a>`;
  res.type('html').send(
    sheet(
      viewerOf(req),
      workflow,
      title,
      html`<p class="hint">${mrkdwn(about, labels)}</p>
      ${context.definition.steps.length === 0 ? html`` : checkLine(workflow.id, findings)}
      ${rows.length === 0 ? html`<p class="empty">No fields yet.</p>` : html`<ol class="step-rows">${rows}</ol>`}
      <div class="buttons">${add}<a class="button button-quiet" href="${back}">Back</a></div>
      <p class="hint">Advanced: <a href="${path}/${allFields}">all of them as a JSON Schema</a></p>`,
    ),
  );
}

/** What the address names: all fields as a schema, a field by its key, or a new one. @throws NotFoundError */
function askedOf(
  deps: BoardDeps,
  req: Request,
  context: FieldsContext,
): {
  title: string;
  blocks: ReturnType<BoardDeps['authoring']['fields']['blocks']>;
  read: (state: FormState) => FieldsRead;
} {
  const forms = deps.authoring.fields;
  const field = textParam(req, 'field');
  if (field === allFields) {
    const blocks = forms.schemaBlocks(context);
    return { title: 'All fields', blocks, read: (state) => forms.readSchema(context, state) };
  }
  const key = field === newField ? null : field.replace(/^field-/, '');
  if (key !== null && forms.list(context).fields?.some((one) => one.key === key) !== true)
    throw new NotFoundError('There is no such field any more.');
  const title = key === null ? 'Add a field' : 'Change a field';
  const blocks = forms.blocks(context, key);
  return { title, blocks, read: (state) => forms.read(context, key, state) };
}

async function show(deps: BoardDeps, req: Request, res: Response, sent: SentAgain | null): Promise<void> {
  const context = await readContext(req);
  const { workflow, path } = context;
  const { title, blocks } = askedOf(deps, req, context);
  const about = { viewer: viewerOf(req), workflow, labels: new Map<string, string>() };
  const action = `${path}/${encodeURIComponent(textParam(req, 'field'))}`;
  res
    .status(sent === null ? 200 : 422)
    .type('html')
    .send(formPage(about, { title, action, submit: 'Save', blocks, back: path, sent }));
}

async function save(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const context = await readContext(req);
  const { workflow, path } = context;
  const { blocks, read } = askedOf(deps, req, context);
  const state = readBlockInputs(blocks, req.body);
  const { changes, errors } = read(state);
  if (Object.keys(errors).length > 0) return show(deps, req, res, { errors, state, message: '' });
  if (changes === null) return res.redirect(303, path);
  const by = actorOfViewer(req);
  await orSayWhy(
    async () => {
      const { workflows } = servicesOf(req);
      await workflows.change(workflow.orgId, workflow.id, changes, by, expectedRevision(req));
      res.redirect(303, path);
    },
    (message) => show(deps, req, res, { errors: {}, state, message }),
  );
}
