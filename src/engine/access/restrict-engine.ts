import { canSeeWorkflow } from '../../domain/access.ts';
import type { ExecutionEvent } from '../../domain/event.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import { NotFoundError, PermissionError } from '../../errors.ts';
import type { Engine, ExecutionCommand, ReadExecution, StartRequest } from '../engine.ts';
import type { Restriction } from './restriction.ts';
import { type FindWorkflow, type TaskAccess, createTaskAccess } from './task-access.ts';

/** What is asked for from outside, beside answers. Everything else Baton asks of itself. */
const steering: ReadonlySet<ExecutionCommand['type']> = new Set([
  'complete',
  'signal',
  'cancel',
  'retry',
  'reroute',
  'move',
  'reassign',
]);

/**
 * The engine as one caller may use it: tasks that they may not see do not exist for them. Who may decide
 * is for the engine itself to say; who may steer a task is said here.
 */
export function restrictEngine(inner: Engine, findWorkflow: FindWorkflow, restriction: Restriction): Engine {
  return new RestrictedEngine(inner, findWorkflow, restriction);
}

class RestrictedEngine implements Engine {
  readonly #inner: Engine;
  readonly #findWorkflow: FindWorkflow;
  readonly #restriction: Restriction;
  readonly #taskAccess: TaskAccess;

  constructor(inner: Engine, findWorkflow: FindWorkflow, restriction: Restriction) {
    this.#inner = inner;
    this.#findWorkflow = findWorkflow;
    this.#restriction = restriction;
    this.#taskAccess = createTaskAccess(findWorkflow, restriction);
  }

  async start(request: StartRequest): Promise<ExecutionState> {
    const { access } = this.#restriction;
    const { orgId, workflowId } = request;
    const workflow = orgId === access.orgId ? await this.#findWorkflow(orgId, workflowId) : null;
    if (workflow === null || !canSeeWorkflow(access, workflow)) {
      throw new NotFoundError('There is no such workflow.');
    }
    requireWriter(this.#restriction);
    return this.#inner.start(request);
  }

  async execute(orgId: string, executionId: string, command: ExecutionCommand): Promise<ExecutionState> {
    const task = await this.read(orgId, executionId);
    requireWriter(this.#restriction);
    return this.#inner.execute(orgId, executionId, await this.#requireMay(command, task));
  }

  async read(orgId: string, executionId: string): Promise<ReadExecution> {
    if (orgId !== this.#restriction.access.orgId) throw noSuchTask();
    const task = await this.#inner.read(orgId, executionId);
    if (!(await this.#taskAccess.canSee(task.state))) throw noSuchTask();
    return task;
  }

  async readLog(orgId: string, executionId: string): Promise<ExecutionEvent[]> {
    await this.read(orgId, executionId);
    return this.#inner.readLog(orgId, executionId);
  }

  sweep(limit: { maxMs: number }): Promise<number> {
    return this.#inner.sweep(limit);
  }

  idle(): Promise<void> {
    return this.#inner.idle();
  }

  drain(timeoutMs: number): Promise<void> {
    return this.#inner.drain(timeoutMs);
  }

  /** @returns the command as the caller may give it @throws PermissionError that says who may */
  async #requireMay(command: ExecutionCommand, { state }: ReadExecution): Promise<ExecutionCommand> {
    if (isAnswer(command, state)) return command;
    if (!steering.has(command.type)) throw new PermissionError('Only Baton itself does this.');
    const canSteer = await this.#taskAccess.canSteer(state);
    // The engine knows who is asked, and may hand on; whether somebody manages the task is said here.
    if (command.type === 'reassign') return { ...command, canManage: canSteer };
    if (canSteer) return command;
    throw new PermissionError(
      'Only whoever started this task, or may change its workflow, can do this. Nothing changed.',
    );
  }
}

/** True for what a person answers to an ask: then the engine knows who is asked, and says so. */
function isAnswer(command: ExecutionCommand, { stack }: ExecutionState): boolean {
  if (command.type === 'decide') return true;
  if (command.type === 'delegate') return command.by?.kind === 'person';
  if (command.type !== 'complete' || command.by.kind !== 'person') return false;
  return stack.find(({ id }) => id === command.stepExecutionId)?.type !== 'WAIT';
}

/** @throws PermissionError for a token that may only read */
export function requireWriter({ access }: Pick<Restriction, 'access'>): void {
  if (access.handler === null || access.handler.canWrite) return;
  throw new PermissionError('This token may only read. Attach the plugin with the scope WORKFLOW_WRITE.');
}

function noSuchTask(): NotFoundError {
  return new NotFoundError('There is no such task.');
}
