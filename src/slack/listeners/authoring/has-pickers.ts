import type { SlackDeps } from '../../slack-deps.ts';

/** False on a workspace on this machine, whose page has no menus of people and channels. */
export function hasPickers({ hasPickers: given, slackApiUrl }: SlackDeps): boolean {
  return given ?? slackApiUrl?.startsWith('http:') !== true;
}
