import type { SlackDeps } from '../../slack-deps.ts';
import type { Click } from './click.ts';

/** Handles clicks on elements whose `action_id` is, or matches, `match`. */
export interface ClickHandler {
  match: string | RegExp;
  handle: (deps: SlackDeps, click: Click, actionId: string) => Promise<void>;
}
