import { type Request, type Response, Router } from 'express';
import type { Person } from '../../../domain/actor.ts';
import { recipientsOf } from '../../../domain/asks.ts';
import { hasEnded } from '../../../domain/execution.ts';
import type { Workflow } from '../../../domain/workflow.ts';
import type { JsonSchema } from '../../../domain/json-schema.ts';
import { Refusal } from '../../../domain/refusal.ts';
import type { ExecutionCommand, ReadExecution } from '../../../engine/engine.ts';
import { AppError, NotFoundError } from '../../../errors.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { callerOf, servicesOf } from '../../request-context.ts';
import { requireId } from '../../require-id.ts';
import type { BoardDeps } from '../board-deps.ts';
import { fieldOf } from '../csrf.ts';
import { listPeople } from '../list-people.ts';
import { mentionedIds } from '../mrkdwn.ts';
import { viewerOf } from '../viewer.ts';
import { askedNow, readNow } from './read-task.ts';
import { reasonField, type Returned } from './task-answer.ts';
import {
  readCancellation,
  readCompletion,
  readDecision,
  readReassignment,
  readReroute,
  readRetry,
  type SentDecision,
} from './task-commands.ts';
import { taskPage, textsOfTask, type TaskPageOptions } from './task-page.ts';

type Notice = TaskPageOptions['notice'];
type TaskRequest = Request<{ taskId: string }>;
type ReadCommand = (
  req: Request,
  task: ReadExecution,
  by: Person,
) => ExecutionCommand | Promise<ExecutionCommand>;

/** What is said after something was done; the page itself shows what has become of the task. */
const doneWords: Readonly<Record<string, string>> = {
  decide: 'Your decision counts.',
  complete: 'Marked done.',
  cancel: 'The task was cancelled.',
  retry: 'The task goes on.',
  reroute: 'The task was sent there.',
  reassign: 'Somebody else is asked now.',
};

/** `/board/tasks/:taskId`: one task, and what moves it: the commands that Slack gives, with the same refusals. */
export function taskRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/tasks/:taskId')
    .get(async (req, res) => {
      const task = await readTask(req);
      const done = req.query['done'];
      const text = typeof done === 'string' && Object.hasOwn(doneWords, done) ? doneWords[done] : undefined;
      await show(deps, req, res, task, text === undefined ? null : { kind: 'done', text });
    })
    .all(refuseMethod('GET'));

  router
    .route('/tasks/:taskId/decide')
    .get(backToTask)
    .post((req, res) => decide(deps, req, res))
    .all(refuseMethod('GET', 'POST'));

  const steer = (verb: string, read: ReadCommand): void => {
    router
      .route(`/tasks/:taskId/${verb}`)
      .get(backToTask)
      .post((req: TaskRequest, res) => give(deps, req, res, verb, read))
      .all(refuseMethod('GET', 'POST'));
  };
  steer('complete', (req, _task, by) => readCompletion(req, by));
  steer('cancel', (req, _task, by) => readCancellation(req, by));
  steer('retry', (req, _task, by) => readRetry(req, by));
  steer('reroute', (req, _task, by) => readReroute(req, by));
  steer('reassign', (req, task, by) => readReassignment(deps, req, task, by));
  return router;
}

/** Whoever loads the address of a form again sees the task; nothing is done by it. */
function backToTask(req: TaskRequest, res: Response): void {
  res.redirect(303, `/board/tasks/${requireId(req.params.taskId, 'task')}`);
}

async function give(
  deps: BoardDeps,
  req: TaskRequest,
  res: Response,
  verb: string,
  read: ReadCommand,
): Promise<void> {
  const task = await readTask(req);
  const by = await identify(deps, req, task);
  try {
    const command = await read(req as Request, task, by);
    await servicesOf(req).engine.execute(callerOf(req).orgId, task.state.id, command);
  } catch (error) {
    return tellRefusal(deps, req, res, error, null);
  }
  res.redirect(303, `/board/tasks/${task.state.id}?done=${verb}`);
}

async function decide(deps: BoardDeps, req: TaskRequest, res: Response): Promise<void> {
  const task = await readTask(req);
  const by = await identify(deps, req, task);
  const sent = readDecision(deps, req as Request, task, by);
  if (Object.keys(sent.errors).length > 0) {
    const notice = {
      kind: 'refused',
      text: 'Something has to be filled in differently. Nothing changed.',
    } as const;
    res.status(422);
    return show(deps, req, res, task, notice, returnedOf(req, sent, {}, null));
  }
  try {
    await servicesOf(req).engine.execute(callerOf(req).orgId, task.state.id, sent.command);
  } catch (error) {
    return tellRefusal(deps, req, res, error, sent);
  }
  res.redirect(303, `/board/tasks/${task.state.id}?done=decide`);
}

/** Says on the task's page why nothing changed, from what is true now; what was sent stays to be sent again. */
async function tellRefusal(
  deps: BoardDeps,
  req: TaskRequest,
  res: Response,
  error: unknown,
  sent: SentDecision | null,
): Promise<void> {
  if (!(error instanceof AppError) || error instanceof NotFoundError || error.status >= 500) throw error;
  const task = await readTask(req);
  const view = { execution: task.state, definition: task.definition };
  const returned = sent === null ? null : returnedBy(deps, req, sent, error);
  res.status(error.status);
  await show(deps, req, res, task, { kind: 'refused', text: deps.words.refusal(error, view) }, returned);
}

function returnedBy({ forms }: BoardDeps, req: TaskRequest, sent: SentDecision, error: AppError): Returned {
  const reason = error instanceof Refusal ? error.reason : null;
  const isAboutFields = reason?.kind === 'output-invalid' || reason?.kind === 'form-required';
  const errors = isAboutFields
    ? forms.placeErrors((sent.step.outputSchema ?? {}) as JsonSchema, reason.errors)
    : {};
  return returnedOf(req, sent, errors, reason?.kind === 'comment-required' ? 'Please give a reason.' : null);
}

function returnedOf(
  req: TaskRequest,
  { fields, errors }: SentDecision,
  found: Returned['errors'],
  reasonError: string | null,
): Returned {
  return {
    reason: fieldOf(req as Request, reasonField),
    fields,
    errors: { ...errors, ...found },
    reasonError,
  };
}

/** @throws NotFoundError for what this person may not see */
function readTask(req: TaskRequest): Promise<ReadExecution> {
  return servicesOf(req).engine.read(callerOf(req).orgId, requireId(req.params.taskId, 'task'));
}

/** The person as they are now, with what tells whether they are among those who are, or were, asked. */
async function identify(
  { identifyPerson }: BoardDeps,
  req: TaskRequest,
  task: ReadExecution,
): Promise<Person> {
  const { orgId, userId } = viewerOf(req as Request).session;
  const pinned = fieldOf(req as Request, 'step');
  const visit = task.state.stack.find(({ id }) => id === pinned);
  return identifyPerson(orgId, userId, visit === undefined ? askedNow(task) : recipientsOf(visit));
}

async function show(
  deps: BoardDeps,
  req: TaskRequest,
  res: Response,
  task: ReadExecution,
  notice: Notice,
  returned: Returned | null = null,
): Promise<void> {
  const { words, forms, people, identifyPerson, clock } = deps;
  const viewer = viewerOf(req as Request);
  const { orgId, userId } = viewer.session;
  const { state, definition } = task;
  const { engine } = servicesOf(req);
  const [events, why, by, maySteer, workflow, everybody] = await Promise.all([
    engine.readLog(orgId, state.id),
    hasEnded(state) ? null : deps.why.ofTask(engine, orgId, state.id),
    identifyPerson(orgId, userId, askedNow(task)),
    deps
      .restrict({
        access: viewer.access,
        keyId: null,
        identify: (recipients) => identifyPerson(orgId, userId, recipients),
      })
      .maySteer(state),
    findWorkflow(req, state.workflowId),
    listPeople(deps, req as Request),
  ]);
  const now = readNow(words, task, by, clock.now());
  const view = { execution: state, definition };
  const shown = {
    view,
    events,
    why,
    now,
    maySteer,
    viewer,
    workflow,
    people: everybody,
    words,
    forms,
    notice,
    returned,
  };
  const labels = await people.labelsOf(orgId, mentionedIds(textsOfTask(shown)));
  res.type('html').send(taskPage({ ...shown, labels }));
}

/** Null for one that this person does not see, though they are asked in one of its tasks. */
async function findWorkflow(req: TaskRequest, workflowId: string): Promise<Workflow | null> {
  try {
    return (await servicesOf(req).workflows.get(callerOf(req).orgId, workflowId)).workflow;
  } catch (error) {
    if (error instanceof NotFoundError) return null;
    throw error;
  }
}
