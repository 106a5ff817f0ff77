import { canEditWorkflow, canSeeWorkflow } from '../../domain/access.ts';
import type { Actor } from '../../domain/actor.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import { includesPerson } from '../../domain/recipient.ts';
import type { Workflow } from '../../domain/workflow.ts';
import type { Restriction } from './restriction.ts';

export type FindWorkflow = (orgId: string, workflowId: string) => Promise<Workflow | null>;

/** What one caller may do with tasks. */
export interface TaskAccess {
  /** Members who see the workflow; and, from wherever they are, who started the task or is asked in it. */
  canSee(task: ExecutionState): Promise<boolean>;
  /** Whoever may change the workflow, and who started the task. */
  canSteer(task: ExecutionState): Promise<boolean>;
  /** True for a person among those who are asked by the step that is waited for. */
  isAskedNow(task: ExecutionState): Promise<boolean>;
}

export function createTaskAccess(findWorkflow: FindWorkflow, restriction: Restriction): TaskAccess {
  const { access, keyId } = restriction;

  function isStarter({ startedBy }: ExecutionState): boolean {
    return isSameActor(startedBy, access.userId, keyId);
  }

  async function workflowOf(task: ExecutionState): Promise<Workflow | null> {
    const workflow = await findWorkflow(task.orgId, task.workflowId);
    // What an agent that listens does is seen by whoever sees the workflow that it listens to.
    return workflow?.listensTo === undefined ? workflow : findWorkflow(task.orgId, workflow.listensTo);
  }

  async function isAmong(assignees: readonly string[]): Promise<boolean> {
    if (access.userId === null || assignees.length === 0) return false;
    const person = await restriction.identify(assignees);
    return person !== null && assignees.some((assignee) => includesPerson(assignee, person));
  }

  return {
    async canSee(task) {
      if (task.orgId !== access.orgId) return false;
      const workflow = await workflowOf(task);
      if (workflow !== null && canSeeWorkflow(access, workflow)) return true;
      if (access.handler !== null) return false;
      if (isStarter(task)) return true;
      return isAmong([...new Set(task.stack.flatMap(({ assignees }) => assignees))]);
    },
    async canSteer(task) {
      if (access.handler?.canWrite === false) return false;
      if (isStarter(task)) return true;
      const workflow = await workflowOf(task);
      return workflow !== null && canEditWorkflow(access, workflow);
    },
    isAskedNow: (task) => isAmong(task.waitingFor),
  };
}

function isSameActor(actor: Actor, userId: string | null, keyId: string | null): boolean {
  switch (actor.kind) {
    case 'person':
      return actor.userId === userId;
    case 'key':
      return actor.keyId === keyId;
    case 'schedule':
    case 'system':
      return false;
  }
}
