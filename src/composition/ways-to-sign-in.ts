import type { AppBase } from './app-base.ts';
import { createSlackSignIn } from '../http/board/sign-in/slack-sign-in.ts';
import type { HttpDeps } from '../http/http-deps.ts';
import { LOCAL_PEOPLE } from '../local/local-slack-workspace.ts';

/** How people come into the board, beside the link from Slack. */
export function waysToSignIn(
  { config, clock, publicUrl }: Pick<AppBase, 'config' | 'clock' | 'publicUrl'>,
  orgId: string,
): HttpDeps['signIn'] {
  const { slack, slackSignIn, slackApiUrl } = config;
  const people = LOCAL_PEOPLE.map(({ id, real_name: name }) => ({ userId: id, name }));
  const apiUrl = slackApiUrl === undefined ? {} : { slackApiUrl };
  return {
    slack: slackSignIn === null ? null : createSlackSignIn({ ...slackSignIn, ...apiUrl, publicUrl, clock }),
    local: slack.kind === 'local' ? { orgId, people } : null,
  };
}
