import type { Requester } from './listeners/requester.ts';
import type { BotDeps, SlackDeps } from './slack-deps.ts';

/** The same for one org, through its connection. Nothing is hidden: this is for the bot itself. @throws NotInstalledError */
export async function depsOfOrg(deps: BotDeps, orgId: string): Promise<SlackDeps> {
  return { ...deps, connection: await deps.connections.of(orgId) };
}

/**
 * The same for one person of one org, as they may use it. What belongs to no person stays as it is.
 *
 * @throws NotInstalledError; PermissionError for who is no member any more
 */
export async function depsFor(deps: BotDeps, requester: Requester): Promise<SlackDeps> {
  const [ofOrg, own] = await Promise.all([depsOfOrg(deps, requester.orgId), deps.forRequester(requester)]);
  const { engine, workflows, tasks } = own;
  return { ...ofOrg, engine, workflows, tasks, forRequester: () => Promise.resolve(own) };
}
