/** Where a message was to go, in words such as `#general` or `Ana Ruiz`. */
export interface Place {
  label: string;
  /** What to type to invite the bot: `@baton`. */
  botHandle: string;
}

type Words = (place: Place) => string;

const words: Readonly<Record<string, Words>> = {
  not_in_channel: inviteMe,
  channel_not_found: ({ label, botHandle }) =>
    `I cannot see ${label}: it does not exist, or it is private and I am not in it. Invite me with /invite ${botHandle}.`,
  is_archived: ({ label }) => `${label} is archived: unarchive it, or choose another channel.`,
  restricted_action: ({ label }) => `${label} does not let me post: ask who runs it to allow apps.`,
  restricted_action_read_only_channel: ({ label }) => `${label} is read-only: choose another channel.`,
  restricted_action_thread_only_channel: ({ label }) =>
    `${label} only takes replies in threads: choose another channel.`,
  restricted_action_non_threadable_channel: ({ label }) =>
    `${label} takes no threads: choose another channel.`,
  user_not_found: ({ label }) => `Slack knows nobody as ${label}: check the name in the workflow.`,
  users_not_found: ({ label }) => `Nobody in this workspace has the address ${label}.`,
  user_disabled: ({ label }) => `The account of ${label} is deactivated: assign somebody else.`,
  user_not_visible: ({ label }) => `I may not see ${label}: assign somebody of this workspace.`,
  user_not_in_channel: ({ label }) => `That person is not in ${label}.`,
  cannot_dm_bot: ({ label }) => `${label} is a bot, and bots cannot be asked: assign a person.`,
  cannot_dm_self: () => 'That is myself: assign a person.',
  messages_tab_disabled: () =>
    'Direct messages with me are switched off: switch on the Messages tab under App Home in the settings of the app.',
  msg_too_long: () => 'The message is too long for Slack: shorten the text of this step.',
  msg_blocks_too_long: () => 'The message is too long for Slack: shorten the text of this step.',
  no_text: () => 'The message has no text: write one for this step.',
  message_not_found: () => 'The message was deleted in Slack.',
  thread_not_found: () => 'The thread was deleted in Slack.',
  cant_update_message: () => 'The message is not mine, so I cannot change it.',
  edit_window_closed: () => 'This workspace no longer lets me change that message.',
};

function inviteMe({ label, botHandle }: Place): string {
  return `I am not in ${label}: invite me with /invite ${botHandle}.`;
}

/** What Slack's error code means here and what to do about it, in one or two plain sentences. */
export function explainSlackError(code: string, place: Place, needed: string | null = null): string {
  if (code === 'missing_scope') {
    const scope = needed === null ? 'a permission' : `the permission ${needed}`;
    return `I lack ${scope} in this workspace: install the app again with the manifest of this version.`;
  }
  return words[code]?.(place) ?? `Slack refused a message to ${place.label} (${code}).`;
}
