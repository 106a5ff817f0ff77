import type { TaskStore } from '../../models/task-store.ts';
import type { Tasks } from './tasks.ts';

const maxPage = 100;

/** Lists of executions over the store. */
export function createTasks(store: TaskStore): Tasks {
  return {
    list: (orgId, filter, { limit, before }) =>
      store.list({ ...filter, orgId, before, limit: Math.min(limit, maxPage) }),
    findByRef: (orgId, ref) => store.findByRef(orgId, ref.replace(/^#/, '').toLowerCase()),
  };
}
