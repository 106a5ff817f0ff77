import { type Request, type Response, Router } from 'express';
import type { Step, StepType } from '../../../domain/definition.ts';
import { stepKindWord } from '../../../domain/workflow-words.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import { NotFoundError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { servicesOf } from '../../request-context.ts';
import type { StepContext, StepPartView } from '../board-authoring.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { type FormErrors, type FormState, readBlockInputs } from '../forms/block-inputs.ts';
import { mentionedIds } from '../mrkdwn.ts';
import { viewerOf } from '../viewer.ts';
import { findingsOfStep, peopleIn } from './findings.ts';
import { type FormOnPage, formPage, type SentAgain } from './form-pages.ts';
import { stepPage, unique, withoutPart, withPart } from './step-page.ts';
import {
  actorOfViewer,
  editPath,
  expectedRevision,
  orSayWhy,
  readEditable,
  resourcesFor,
  stepOf,
  textParam,
} from './workflow-request.ts';

const stepTypes: readonly StepType[] = ['USER_MESSAGE', 'HUMAN', 'WAIT', 'PROMPT', 'AGENT', 'TOOL'];
/** Of a step that is not stored yet. */
const newStepId = 'new';

/** Steps, each part with the form that Slack has for it. */
export function stepRoutesOfBoard(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/workflows/:workflowId/add/:type')
    .get((req, res) => showAdd(deps, req as Request, res, null))
    .post((req, res) => addStep(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  router
    .route('/workflows/:workflowId/steps/:stepId')
    .get((req, res) => showStep(deps, req as Request, res, null))
    .post((req, res) => savePart(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

function typeOf(req: Request): StepType {
  const type = stepTypes.find((known) => known === textParam(req, 'type'));
  if (type === undefined) throw new NotFoundError('There is no such kind of step.');
  return type;
}

async function showAdd(deps: BoardDeps, req: Request, res: Response, sent: SentAgain | null): Promise<void> {
  const found = await readEditable(req);
  const type = typeOf(req);
  const resources = await resourcesFor(deps, found.workflow.orgId);
  const blocks = deps.authoring.addBlocks(type, { ...found, resources });
  const action = `/board/workflows/${found.workflow.id}/add/${type}`;
  const submit = type === 'TOOL' ? 'Continue' : 'Add';
  const form = { title: `Add a step: ${stepKindWord(type)}`, action, submit, blocks, sent };
  sendForm(req, res, found.workflow, form);
}

async function addStep(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const found = await readEditable(req);
  const type = typeOf(req);
  const { workflow, definition } = found;
  const context = { ...found, resources: await resourcesFor(deps, workflow.orgId) };
  const state = readBlockInputs(deps.authoring.addBlocks(type, context), req.body);
  const { step, place, errors } = deps.authoring.readAdd(type, context, state);
  if (step === null) return showAdd(deps, req, res, { errors, state, message: '' });
  const ofNew: StepContext = { ...context, step: { ...step, id: newStepId } as Step };
  // The arguments of a new tool step are asked once it is known which tool it is.
  const takesArguments = deps.authoring.takesArguments(ofNew);
  const typed = takesArguments ? readNewArguments(deps, req, ofNew) : null;
  const read = typed === null ? null : deps.authoring.readStep(ofNew, 'arguments', typed);
  const askAgain = (wrong: FormErrors, message: string): Promise<void> | void =>
    typed === null
      ? showAdd(deps, req, res, { errors: wrong, state, message })
      : askNewArguments(deps, req, res, ofNew, { errors: wrong, state: typed, message });
  if (takesArguments && typed === null) return askNewArguments(deps, req, res, ofNew, null);
  if (read !== null && Object.keys(read.errors).length > 0) return askAgain(read.errors, '');
  const { id: _none, ...whole } = read?.step ?? ofNew.step;
  const steps = definition.steps.toSpliced(place, 0, whole as Step);
  const by = actorOfViewer(req);
  await orSayWhy(
    async () => {
      const { workflows } = servicesOf(req);
      await workflows.change(workflow.orgId, workflow.id, { steps }, by, expectedRevision(req));
      res.redirect(303, `${editPath(workflow.id)}#steps-title`);
    },
    async (message) => askAgain({}, message),
  );
}

/** Null: they have not been asked yet. */
function readNewArguments(deps: BoardDeps, req: Request, context: StepContext): FormState | null {
  if (fieldOf(req, 'asked') !== 'arguments') return null;
  return readBlockInputs(argumentBlocks(deps, context), req.body);
}

/** What was filled in before goes along. */
function askNewArguments(
  deps: BoardDeps,
  req: Request,
  res: Response,
  context: StepContext,
  sent: SentAgain | null,
): void {
  const { step, workflow } = context;
  const before = Object.entries(req.body as Record<string, unknown>).flatMap(([name, value]) =>
    name.startsWith('in:') && !name.startsWith('in:argument') && typeof value === 'string'
      ? [[name, value] as const]
      : [],
  );
  sendForm(req, res, workflow, {
    title: `Arguments of ${step.type === 'TOOL' ? step.tool : 'the tool'}`,
    action: `/board/workflows/${workflow.id}/add/TOOL`,
    submit: 'Add',
    blocks: argumentBlocks(deps, context),
    hidden: [...before, ['asked', 'arguments']],
    sent,
  });
}

function argumentBlocks({ authoring }: BoardDeps, context: StepContext): StepPartView['blocks'] {
  return authoring.parts(context).find(({ part }) => part === 'arguments')?.blocks ?? [];
}

/** A form without names of people in it. */
function sendForm(req: Request, res: Response, workflow: Workflow, form: FormOnPage): void {
  const about = { viewer: viewerOf(req), workflow, labels: new Map<string, string>() };
  res
    .status(form.sent === null ? 200 : 422)
    .type('html')
    .send(formPage(about, form));
}

async function showStep(
  deps: BoardDeps,
  req: Request,
  res: Response,
  sent: (SentAgain & { part: string }) | null,
): Promise<void> {
  const found = await readEditable(req);
  const step = stepOf(req, found);
  const { workflow } = found;
  const resources = await resourcesFor(deps, workflow.orgId);
  const parts = deps.authoring.parts({ ...found, step, resources });
  const texts = parts.flatMap(({ summary, blocks }) => [summary, JSON.stringify(blocks)]);
  const findings = await deps.checker.check(found.definition);
  const ids = [...mentionedIds(texts), ...peopleIn(findings.map(({ message }) => message))];
  const labels = await deps.people.labelsOf(workflow.orgId, ids);
  const about = { viewer: viewerOf(req), workflow, labels };
  const ofCheck = { ...found, findings, canEdit: true, authoring: deps.authoring, labels };
  const shown = {
    check: findingsOfStep(ofCheck, step.name),
    id: step.id,
    title: deps.words.stepTitle(step),
    parts,
    answer: deps.authoring.answer(step),
    conditions: deps.authoring.conditions.list(step),
    open: typeof req.query['open'] === 'string' ? req.query['open'] : '',
  };
  res
    .status(sent === null ? 200 : 422)
    .type('html')
    .send(stepPage(about, shown, sent));
}

/** Saves one part. What others changed meanwhile is not overwritten. */
async function savePart(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const found = await readEditable(req);
  const { workflow } = found;
  const part = fieldOf(req, 'part');
  const step = withChosenTool(deps, req, stepOf(req, found), part);
  const context = { ...found, step, resources: await resourcesFor(deps, workflow.orgId) };
  const view = deps.authoring.parts(context).find((one) => one.part === part);
  if (view === undefined) throw new NotFoundError('This step has no such part any more.');
  const state = withoutPart(readBlockInputs(unique(view.blocks, part), req.body), part);
  const read = deps.authoring.readStep(context, part, state);
  if (read === null) throw new NotFoundError('This step has no such part any more.');
  const isChosen = fieldOf(req, 'tool') !== '';
  const again = (message: string): Promise<void> | void =>
    isChosen
      ? askArguments(deps, req, res, context, { errors: read.errors, state, message })
      : showStep(deps, req, res, { part, errors: read.errors, state, message });
  if (Object.keys(read.errors).length > 0) return again('');
  const chosen = { ...context, step: read.step };
  if (part === 'tool' && read.step !== step && deps.authoring.takesArguments(chosen)) {
    return askArguments(deps, req, res, chosen, null);
  }
  const by = actorOfViewer(req);
  await orSayWhy(
    async () => {
      const { workflows } = servicesOf(req);
      const changes = { steps: read.steps };
      await workflows.change(workflow.orgId, workflow.id, changes, by, expectedRevision(req));
      res.redirect(303, `/board/workflows/${workflow.id}/steps/${step.id}#part-${part}`);
    },
    async (message) => again(message),
  );
}

/** With the tool that was chosen in the form before, which is saved with its arguments. */
function withChosenTool({ authoring }: BoardDeps, req: Request, step: Step, part: string): Step {
  const [server, tool] = [fieldOf(req, 'server'), fieldOf(req, 'tool')];
  return part === 'arguments' && tool !== '' ? authoring.withTool(step, { server, tool }) : step;
}

/** Another tool was chosen: it is saved with its arguments, because those of the tool before do not fit it. */
function askArguments(
  deps: BoardDeps,
  req: Request,
  res: Response,
  context: StepContext,
  sent: SentAgain | null,
): void {
  const { workflow, step } = context;
  if (step.type !== 'TOOL') throw new NotFoundError('This step calls no tool any more.');
  const part = 'arguments';
  sendForm(req, res, workflow, {
    title: `Arguments of ${step.tool}`,
    action: `/board/workflows/${workflow.id}/steps/${step.id}`,
    submit: 'Save',
    blocks: unique(argumentBlocks(deps, context), part),
    hidden: [
      ['part', part],
      ['server', step.toolServer],
      ['tool', step.tool],
    ],
    back: `/board/workflows/${workflow.id}/steps/${step.id}`,
    sent:
      sent === null
        ? null
        : { ...sent, errors: withPart(sent.errors, part), state: withPart(sent.state, part) },
  });
}
