import type { SlackMessage } from '../../message-text.ts';
import type { SlackDeps } from '../../slack-deps.ts';
import type { FormRequest } from '../shared/open-forms.ts';

/** A shortcut that was used on a message, as the handlers see it. */
export interface UsedShortcut extends FormRequest {
  channelId: string;
  /** The workspace's, as in its address; null when Slack does not say. */
  domain: string | null;
  message: SlackMessage;
}

export type HandleShortcut = (deps: SlackDeps, shortcut: UsedShortcut) => Promise<void>;
