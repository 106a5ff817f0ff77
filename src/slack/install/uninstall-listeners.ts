import type { App } from '@slack/bolt';
import type { Gone, Installations } from './installations.ts';

/**
 * Slack says that Baton was taken out of a workspace, or that its token was revoked. Both may come, in any order, and
 * again; and after it was installed anew.
 */
export function registerUninstalls(app: App, installations: Pick<Installations, 'findByTeam' | 'end'>): void {
  async function end(
    slackTeamId: string | undefined,
    status: Gone,
    at: { eventTime: number },
  ): Promise<void> {
    const installation = slackTeamId === undefined ? null : await installations.findByTeam(slackTeamId);
    if (installation === null) return;
    const { orgId, generation, statusAt } = installation;
    // Slack's clock counts in seconds.
    const isOfAnEarlierOne = (at.eventTime + 1) * 1_000 < statusAt.getTime();
    if (isOfAnEarlierOne) return;
    const detail = status === 'UNINSTALLED' ? 'app_uninstalled' : 'tokens_revoked';
    await installations.end(orgId, { status, generation, detail });
  }

  app.event('app_uninstalled', async ({ body }) => {
    await end(body.team_id, 'UNINSTALLED', { eventTime: body.event_time });
  });
  app.event('tokens_revoked', async ({ event, body }) => {
    const isBots = (event.tokens.bot ?? []).length > 0;
    if (isBots) await end(body.team_id, 'REVOKED', { eventTime: body.event_time });
  });
}
