import type { Caller } from '../../domain/actor.ts';
import type { Definition } from '../../domain/definition.ts';
import { type ExecutionState, currentStepExecution } from '../../domain/execution.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../access/restriction.ts';
import { transition } from '../transition.ts';

/** How many tasks are looked at, at most; those that are left are seen when these were moved. */
export const maxMovedTasks = 100;

/** A task that does not run the newest revision. */
export interface MovableTask {
  executionId: string;
  revision: number;
  status: ExecutionState['status'];
  /** The step that it is at. */
  at: string | null;
  /** Why it cannot be moved, in one sentence; null when it can. */
  problem: string | null;
}

/** What became of a task that was to be moved; revision and status are null for one that there is not. */
export interface MovedTask extends Omit<MovableTask, 'revision' | 'status'> {
  revision: number | null;
  status: ExecutionState['status'] | null;
}

/** The tasks of a workflow that go on by older revisions, each with what the engine says of moving it now. */
export async function previewMoves(
  { tasks, engine }: Pick<Services, 'tasks' | 'engine'>,
  to: Definition,
  by: Caller,
  now: Date,
): Promise<MovableTask[]> {
  const found = await listOlder({ tasks }, to);
  return Promise.all(
    found.map(async ({ id, orgId }) => {
      const { state, definition } = await engine.read(orgId, id);
      return describe(state, findProblem(definition, state, to, by, now));
    }),
  );
}

/**
 * Moves these tasks, each by one transition of its own, and tells of each what became of it: one that cannot be moved, or
 * that there is not, keeps none of the others from it.
 *
 * @returns each as it is then; `problem` null: it was moved
 * @throws AppError that is retryable while none was moved
 */
export async function moveTasks(
  { engine }: Pick<Services, 'engine'>,
  to: Definition,
  executionIds: readonly string[],
  by: Caller,
): Promise<MovedTask[]> {
  const tried: MovedTask[] = [];
  for (const id of executionIds) {
    try {
      tried.push(describe(await engine.execute(to.orgId, id, { type: 'move', to, by }), null));
    } catch (error) {
      const isFirst = tried.every(({ problem }) => problem !== null);
      if (!(error instanceof AppError) || (error.retryable && isFirst)) throw error;
      tried.push(await describeLeft({ engine }, to.orgId, id, error.message));
    }
  }
  return tried;
}

/** As it is, where it can be read. */
async function describeLeft(
  { engine }: Pick<Services, 'engine'>,
  orgId: string,
  executionId: string,
  problem: string,
): Promise<MovedTask> {
  try {
    return describe((await engine.read(orgId, executionId)).state, problem);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { executionId, revision: null, status: null, at: null, problem };
  }
}

async function listOlder({ tasks }: Pick<Services, 'tasks'>, to: Definition): Promise<ExecutionState[]> {
  const { orgId, workflowId, revision: exceptRevision } = to;
  const lists = await Promise.all(
    (['RUNNING', 'FAILED'] as const).map((status) =>
      tasks.list(orgId, { workflowId, status, exceptRevision }, { limit: maxMovedTasks }),
    ),
  );
  return lists.flat().slice(0, maxMovedTasks);
}

function findProblem(
  definition: Definition,
  state: ExecutionState,
  to: Definition,
  by: Caller,
  now: Date,
): string | null {
  try {
    transition(definition, state, { type: 'move', to, by }, now);
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.message;
  }
}

function describe(state: ExecutionState, problem: string | null): MovableTask {
  const { id: executionId, revision, status } = state;
  return { executionId, revision, status, at: currentStepExecution(state)?.stepName ?? null, problem };
}
