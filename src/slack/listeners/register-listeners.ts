import type { App } from '@slack/bolt';
import type { BotDeps } from '../slack-deps.ts';
import type { SlackTriggers } from '../triggers/slack-triggers.ts';
import { registerActions } from './actions/register-actions.ts';
import { registerCommands } from './commands/register-commands.ts';
import { registerEvents } from './events/register-events.ts';
import { registerShortcuts } from './shortcuts/register-shortcuts.ts';
import { registerViews } from './views/register-views.ts';

/** Everything that the bot listens to. */
export function registerListeners(app: App, deps: BotDeps, triggers: SlackTriggers): void {
  registerCommands(app, deps);
  registerActions(app, deps);
  registerViews(app, deps);
  registerShortcuts(app, deps);
  registerEvents(app, deps, triggers);
}
