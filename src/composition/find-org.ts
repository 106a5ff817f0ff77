import type { Org, OrgStore } from '../../models/org.ts';
import type { Clock } from '../clock.ts';
import type { IdSource } from '../domain/ids.ts';
import type { Logger } from '../logger.ts';
import type { SlackConnection } from '../slack/connection.ts';

export interface FindOrgDeps {
  orgs: OrgStore;
  clock: Clock;
  newId: IdSource;
  logger: Logger;
}

/** The org of the workspace that the bot's token belongs to; while Slack cannot be asked, the first one. */
export async function findOrg(
  { orgs, clock, newId, logger }: FindOrgDeps,
  connection: SlackConnection | null,
): Promise<Org> {
  const ensure = (name: string, slackTeamId: string | null): Promise<Org> =>
    orgs.ensure({ id: newId(), name, slackTeamId, createdAt: clock.now() });
  if (connection === null) return (await orgs.first()) ?? ensure('Baton', null);
  try {
    const { teamId, teamName } = await connection.identity.get();
    return await ensure(teamName, teamId);
  } catch (error) {
    const known = await orgs.first();
    if (known === null) throw error;
    logger.warn(
      { err: error },
      'Slack cannot be asked whose token this is; going on with the org that is known',
    );
    return known;
  }
}

/** Workspaces seldom change, and this is asked at every request. */
export function rememberOrgs({
  orgs,
  clock,
  newId,
}: Omit<FindOrgDeps, 'logger'>): (slackTeamId: string) => Promise<string> {
  const known = new Map<string, string>();
  return async (slackTeamId) => {
    const orgId = known.get(slackTeamId);
    if (orgId !== undefined) return orgId;
    const org = await orgs.ensure({ id: newId(), name: slackTeamId, slackTeamId, createdAt: clock.now() });
    known.set(slackTeamId, org.id);
    return org.id;
  };
}
