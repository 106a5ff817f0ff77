import { type Request, type Response, Router } from 'express';
import type { Step, StepType } from '../../../domain/definition.ts';
import type { StepResources } from '../../../domain/step-resources.ts';
import { requireEditable } from '../../../engine/workflows/restrict-workflows.ts';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { servicesOf } from '../../request-context.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { readBlockInputs } from '../forms/block-inputs.ts';
import { mentionedIds } from '../mrkdwn.ts';
import { viewerOf } from '../viewer.ts';
import { type SentAgain, deleteStepPage, formPage, stepPage, unique, withoutPart } from './form-pages.ts';
import { actorOfViewer, editPath, expectedRevision, readWorkflow, textParam } from './workflow-request.ts';

const stepTypes: readonly StepType[] = ['USER_MESSAGE', 'HUMAN', 'WAIT', 'PROMPT', 'AGENT', 'TOOL'];

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
  router
    .route('/workflows/:workflowId/steps/:stepId/delete')
    .get((req, res) => showDelete(deps, req as Request, res, ''))
    .post((req, res) => deleteStep(deps, req as Request, res))
    .all(refuseMethod('GET', 'POST'));
  return router;
}

async function readEditable(req: Request): Promise<WorkflowWithSteps> {
  const found = await readWorkflow(req);
  requireEditable(viewerOf(req).access, found.workflow);
  return found;
}

function typeOf(req: Request): StepType {
  const type = stepTypes.find((known) => known === textParam(req, 'type'));
  if (type === undefined) throw new NotFoundError('There is no such kind of step.');
  return type;
}

function stepOf(req: Request, { definition }: WorkflowWithSteps): Step {
  const step = definition.steps.find(({ id }) => id === textParam(req, 'stepId'));
  if (step === undefined) throw new NotFoundError('There is no such step any more.');
  return step;
}

function resourcesFor({ resources }: BoardDeps, orgId: string): Promise<StepResources> {
  return resources.read(orgId, { toolsOf: 'all' });
}

async function showAdd(deps: BoardDeps, req: Request, res: Response, sent: SentAgain | null): Promise<void> {
  const found = await readEditable(req);
  const type = typeOf(req);
  const { workflow } = found;
  const resources = await resourcesFor(deps, workflow.orgId);
  const blocks = deps.authoring.addBlocks(type, { ...found, resources });
  const action = `/board/workflows/${workflow.id}/add/${type}`;
  const form = { title: 'Add a step', action, submit: 'Add', blocks, sent };
  const about = { viewer: viewerOf(req), workflow, labels: new Map<string, string>() };
  res
    .status(sent === null ? 200 : 422)
    .type('html')
    .send(formPage(about, form));
}

async function addStep(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const found = await readEditable(req);
  const type = typeOf(req);
  const { workflow, definition } = found;
  const context = { ...found, resources: await resourcesFor(deps, workflow.orgId) };
  const state = readBlockInputs(deps.authoring.addBlocks(type, context), req.body);
  const { step, place, errors } = deps.authoring.readAdd(type, context, state);
  if (step === null) return showAdd(deps, req, res, { errors, state, message: '' });
  const steps = definition.steps.toSpliced(place, 0, step as Step);
  const { workflows } = servicesOf(req);
  try {
    await workflows.change(workflow.orgId, workflow.id, { steps }, actorOfViewer(req), expectedRevision(req));
    res.redirect(303, `${editPath(workflow.id)}#steps-title`);
  } catch (error) {
    if (!(error instanceof ValidationError || error instanceof ConflictError)) throw error;
    await showAdd(deps, req, res, { errors: {}, state, message: error.message });
  }
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
  const labels = await deps.people.labelsOf(workflow.orgId, mentionedIds(texts));
  const about = { viewer: viewerOf(req), workflow, labels };
  const title = deps.words.stepTitle(step);
  res
    .status(sent === null ? 200 : 422)
    .type('html')
    .send(stepPage(about, { id: step.id, title }, parts, sent));
}

/** Saves one part. What others changed meanwhile is not overwritten. */
async function savePart(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const found = await readEditable(req);
  const step = stepOf(req, found);
  const { workflow } = found;
  const part = fieldOf(req, 'part');
  const context = { ...found, step, resources: await resourcesFor(deps, workflow.orgId) };
  const view = deps.authoring.parts(context).find((one) => one.part === part);
  if (view === undefined) throw new NotFoundError('This step has no such part any more.');
  const state = withoutPart(readBlockInputs(unique(view.blocks, part), req.body), part);
  const read = deps.authoring.readPart(context, part, state);
  if (read === null) throw new NotFoundError('This step has no such part any more.');
  if (Object.keys(read.errors).length > 0) {
    return showStep(deps, req, res, { part, errors: read.errors, state, message: '' });
  }
  const { workflows } = servicesOf(req);
  try {
    const changes = { steps: read.steps };
    await workflows.change(workflow.orgId, workflow.id, changes, actorOfViewer(req), expectedRevision(req));
    res.redirect(303, `/board/workflows/${workflow.id}/steps/${step.id}#part-${part}`);
  } catch (error) {
    if (!(error instanceof ValidationError || error instanceof ConflictError)) throw error;
    await showStep(deps, req, res, { part, errors: {}, state, message: error.message });
  }
}

async function showDelete(deps: BoardDeps, req: Request, res: Response, message: string): Promise<void> {
  const found = await readEditable(req);
  const { id, name, ...step } = stepOf(req, found);
  const title = deps.words.stepTitle({ name, ...step });
  const others = found.definition.steps
    .filter((other) => other.id !== id)
    .map((other) => ({ name: other.name, title: deps.words.stepTitle(other) }));
  const about = { viewer: viewerOf(req), workflow: found.workflow, labels: new Map<string, string>() };
  res
    .status(message === '' ? 200 : 409)
    .type('html')
    .send(deleteStepPage(about, { id, name, title }, others, message));
}

async function deleteStep(deps: BoardDeps, req: Request, res: Response): Promise<void> {
  const found = await readEditable(req);
  const { id: stepId } = stepOf(req, found);
  const { id, orgId } = found.workflow;
  const redirectTo = fieldOf(req, 'redirectTo');
  const expected = expectedRevision(req);
  const options = {
    ...(redirectTo === '' ? {} : { redirectTo }),
    ...(expected === undefined ? {} : { expected }),
  };
  try {
    await servicesOf(req).workflows.deleteStep(orgId, id, stepId, actorOfViewer(req), options);
    res.redirect(303, `${editPath(id)}#steps-title`);
  } catch (error) {
    if (!(error instanceof ConflictError || error instanceof ValidationError)) throw error;
    await showDelete(deps, req, res, error.message);
  }
}
