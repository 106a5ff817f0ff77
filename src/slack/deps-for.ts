import type { Requester } from './listeners/requester.ts';
import type { SlackDeps } from './slack-deps.ts';

/** The same, as this person may use it. What belongs to no person stays as it is. */
export async function depsFor(deps: SlackDeps, requester: Requester): Promise<SlackDeps> {
  const own = await deps.forRequester(requester);
  const { engine, workflows, tasks } = own;
  return { ...deps, engine, workflows, tasks, forRequester: () => Promise.resolve(own) };
}
