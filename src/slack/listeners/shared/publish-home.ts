import type { HomeViewer } from '../../../../models/home-viewer.ts';
import { depsFor } from '../../deps-for.ts';
import { SlackRefused, callSlack } from '../../slack-call.ts';
import type { BotDeps, SlackDeps } from '../../slack-deps.ts';
import type { Click } from '../actions/click.ts';
import type { Requester } from '../requester.ts';
import { drawHome } from './draw-home.ts';

/** Somebody else publishes at the same moment: what is newest wins, by being drawn last. */
const maxAttempts = 4;

/**
 * Draws a person's Home tab. Slack's hash keeps what was drawn earlier from covering what was drawn later.
 *
 * @throws as `callSlack`
 */
export async function publishHome(deps: SlackDeps, requester: Requester): Promise<void> {
  const { homeViewers, connection, clock } = deps;
  const { orgId, userId } = requester;
  let refusedHash: string | null = null;
  for (let attempt = 1; ; attempt += 1) {
    const asOf = clock.now();
    const viewer = await homeViewers.find(orgId, userId);
    const view = await drawHome(deps, requester, viewer?.page ?? 0);
    const known = viewer?.hash ?? null;
    // A hash that was refused and is still the one that is stored has lost its record.
    const hash: string | null = known === refusedHash || attempt === maxAttempts ? null : known;
    try {
      const answer = await callSlack(() =>
        connection.client.views.publish({ user_id: userId, view, ...(hash === null ? {} : { hash }) }),
      );
      return await homeViewers.published(orgId, userId, answer.view?.hash ?? null, asOf);
    } catch (error) {
      const isConflict = error instanceof SlackRefused && error.slackError === 'hash_conflict';
      if (!isConflict || hash === null) throw error;
      refusedHash = hash;
    }
  }
}

/** The tab of somebody who did not ask for it just now. @throws PermissionError for who is no longer a member */
export async function publishHomeOf(deps: BotDeps, viewer: HomeViewer): Promise<void> {
  const { orgId, slackTeamId, userId } = viewer;
  const requester = { orgId, slackTeamId, userId, handle: null };
  await publishHome(await depsFor(deps, requester), requester);
}

/** *Next* and *Previous* on the Home tab. */
export async function turnHomePage(deps: SlackDeps, { requester, value, reply }: Click): Promise<void> {
  await reply.acknowledge();
  const page = Number(value);
  if (!Number.isSafeInteger(page) || page < 0) return;
  const { orgId, slackTeamId, userId } = requester;
  if ((await deps.homeViewers.find(orgId, userId)) === null)
    await deps.homeViewers.opened({ orgId, slackTeamId, userId, hash: null });
  await deps.homeViewers.turnTo(orgId, userId, page);
  await publishHome(deps, requester);
}
