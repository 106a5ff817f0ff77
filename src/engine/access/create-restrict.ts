import { restrictEngine } from './restrict-engine.ts';
import { restrictTasks } from './restrict-tasks.ts';
import { restrictWorkflows } from '../workflows/restrict-workflows.ts';
import type { Restrict, Services } from './restriction.ts';
import { type FindWorkflow, createTaskAccess } from './task-access.ts';

/** Makes the services of one caller out of the ones that may do everything. Costs nothing until they are used. */
export function createRestrict(services: Services, findWorkflow: FindWorkflow): Restrict {
  return (restriction) => ({
    engine: restrictEngine(services.engine, findWorkflow, restriction),
    workflows: restrictWorkflows(services.workflows, restriction.access),
    tasks: restrictTasks(services.tasks, findWorkflow, restriction),
    maySteer: (task) => createTaskAccess(findWorkflow, restriction).canSteer(task),
  });
}
