/** What the app asks workspaces for: the bot scopes of `manifest.yml`, which says why (a test compares them). */
export const botScopes: readonly string[] = [
  'commands',
  'app_mentions:read',
  'chat:write',
  'files:write',
  'files:read',
  'im:write',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'channels:read',
  'groups:read',
  'reactions:read',
  'channels:history',
  'groups:history',
  'im:history',
];
