/** `UNINSTALLED`: people took the app out. `REVOKED`: Slack does not accept its token any more. */
export type InstallationStatus = 'INSTALLED' | 'UNINSTALLED' | 'REVOKED';

/** Who the bot is in its workspace. */
export interface BotIdentity {
  teamId: string;
  teamName: string;
  botUserId: string;
  botId: string | null;
  /** What people type to mention it, with `@`. */
  handle: string;
  /** Of the workspace; ends with a slash. */
  url: string;
}

/** Baton in one workspace, which is one org. */
export interface Installation {
  orgId: string;
  bot: BotIdentity;
  scopes: string[];
  /** The bot's token, encrypted; null while it has none that is good. */
  sealedToken: string | null;
  /** Slack user id. */
  installedBy: string | null;
  status: InstallationStatus;
  /** Since when it has this status. */
  statusAt: Date;
  /** Rises with each installation, so that what is heard of an older token does not count for the newer one. */
  generation: number;
}
