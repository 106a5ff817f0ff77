import { type Request, type Response, Router } from 'express';
import type { WorkflowWithSteps } from '../../../engine/workflows/workflows.ts';
import type { BoardDeps } from '../board-deps.ts';
import { listPeople } from '../list-people.ts';
import { mentionedIds } from '../mrkdwn.ts';
import { refuseMethod } from '../../refuse-method.ts';
import { callerOf, servicesOf } from '../../request-context.ts';
import { requireId } from '../../require-id.ts';
import { viewerOf } from '../viewer.ts';
import { readBoardFilter, readStepIds } from './board-filter.ts';
import { textsOf, toCard, toEndedRow } from './card.ts';
import { kanbanPage, kanbanParts, type ShownKanban } from './kanban-page.ts';
import { type KanbanParts, readKanban } from './read-kanban.ts';

/** The board itself: one page for each workflow, and the parts of it that an open page asks for. */
export function kanbanRoutes(deps: BoardDeps): Router {
  const router = Router();
  router
    .route('/')
    .get((req, res) => showPage(deps, req, res, null))
    .all(refuseMethod('GET'));
  router
    .route('/workflows/:workflowId')
    .get((req, res) => showPage(deps, req as Request, res, requireId(req.params.workflowId, 'workflow')))
    .all(refuseMethod('GET'));
  router
    .route('/workflows/:workflowId/parts')
    .get(async (req, res) => {
      const found = await find(req as Request, requireId(req.params.workflowId, 'workflow'));
      const shown = await readShown(deps, req as Request, found, readParts(req as Request));
      res.type('html').send(kanbanParts(shown, deps.words));
    })
    .all(refuseMethod('GET'));
  return router;
}

async function showPage(deps: BoardDeps, req: Request, res: Response, wanted: string | null): Promise<void> {
  const { orgId } = callerOf(req);
  const workflows = await servicesOf(req).workflows.list(orgId);
  const id = wanted ?? workflows[0]?.id ?? null;
  const shown = id === null ? null : await readShown(deps, req, await find(req, id), null);
  const chosen = readBoardFilter(req).person;
  const people = await listPeople(deps, req, { chosen, ...(shown === null ? {} : { seen: shown.labels }) });
  const { words } = deps;
  res.type('html').send(kanbanPage({ viewer: viewerOf(req), workflows, shown, people, words }));
}

/** Without `columns` everything is asked for. */
function readParts({ query }: Request): KanbanParts | null {
  const { columns, ended } = query;
  if (typeof columns !== 'string') return null;
  return { stepIds: readStepIds(columns), withEnded: ended === 'yes' };
}

function find(req: Request, workflowId: string): Promise<WorkflowWithSteps> {
  return servicesOf(req).workflows.get(callerOf(req).orgId, workflowId);
}

async function readShown(
  deps: BoardDeps,
  req: Request,
  { workflow, definition }: WorkflowWithSteps,
  parts: KanbanParts | null,
): Promise<ShownKanban> {
  const filter = readBoardFilter(req);
  const { words, clock } = deps;
  const board = await readKanban(deps, { workflow, definition }, filter, parts);
  const columns = board.columns.map(({ tasks, ...column }) => ({
    ...column,
    cards: tasks.map((task) => toCard(words, task, definition)),
  }));
  const ended =
    board.ended === null
      ? null
      : { ...board.ended, rows: board.ended.tasks.map((task) => toEndedRow(words, task, definition)) };
  const texts = textsOf([...columns.flatMap(({ cards }) => cards), ...(ended?.rows ?? [])]);
  const labels = await deps.people.labelsOf(workflow.orgId, mentionedIds(texts));
  return { workflow, definition, columns, ended, labels, filter, now: clock.now() };
}
