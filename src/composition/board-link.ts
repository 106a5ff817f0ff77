import type { Sessions } from '../engine/people/sessions.ts';
import { signInLinkUrl } from '../http/board/sign-in/sign-in-path.ts';
import type { SlackDeps } from '../slack/slack-deps.ts';

/** Makes the links that people in Slack get to the board. */
export function createBoardLinkFor(
  sessions: Pick<Sessions, 'issueLink'>,
  publicUrl: string,
): SlackDeps['boardLinkFor'] {
  return async (orgId, userId, path) =>
    signInLinkUrl(publicUrl, await sessions.issueLink(orgId, userId), path);
}
