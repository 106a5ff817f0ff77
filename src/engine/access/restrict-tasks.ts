import { isAdmin } from '../../domain/access.ts';
import type { ExecutionState } from '../../domain/execution.ts';
import type { Restriction } from './restriction.ts';
import { type FindWorkflow, createTaskAccess } from './task-access.ts';
import type { Tasks } from '../tasks.ts';

/** How many are looked through at a time for those that the caller may see. */
const batchSize = 100;

/** The lists of tasks as one caller may see them: full pages of what is visible to them. */
export function restrictTasks(inner: Tasks, findWorkflow: FindWorkflow, restriction: Restriction): Tasks {
  const { access } = restriction;
  const taskAccess = createTaskAccess(findWorkflow, restriction);

  async function onlyVisible(tasks: readonly ExecutionState[]): Promise<ExecutionState[]> {
    const visible = await Promise.all(tasks.map((task) => taskAccess.canSee(task)));
    return tasks.filter((_task, index) => visible[index]);
  }

  return {
    async list(orgId, filter, { limit, before }) {
      if (orgId !== access.orgId) return [];
      if (isAdmin(access))
        return inner.list(orgId, filter, { limit, ...(before === undefined ? {} : { before }) });
      const found: ExecutionState[] = [];
      for (let cursor = before; ; ) {
        const page = { limit: batchSize, ...(cursor === undefined ? {} : { before: cursor }) };
        const batch = await inner.list(orgId, filter, page);
        found.push(...(await onlyVisible(batch)));
        if (found.length >= limit || batch.length < batchSize) return found.slice(0, limit);
        cursor = batch.at(-1)?.id;
      }
    },
    async findByRef(orgId, ref) {
      if (orgId !== access.orgId) return null;
      const found = await inner.findByRef(orgId, ref);
      return found !== null && (await taskAccess.canSee(found)) ? found : null;
    },
  };
}
