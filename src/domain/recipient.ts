import type { Person } from './actor.ts';

/** Who is meant by one entry of `assignees`, once its template is rendered. */
export type Recipient =
  | { kind: 'user'; userId: string }
  | { kind: 'email'; email: string }
  /** `@finance` or `@ana`: a user group or a person by their Slack handle. */
  | { kind: 'handle'; handle: string }
  | { kind: 'channel'; channelId: string }
  | { kind: 'channel-name'; name: string };

const emailPattern = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/;

/**
 * Reads a Slack user id, an email, `@handle`, `#channel`, a channel id, or one of Slack's own escapes
 * (`<@U…>`, `<!subteam^S…>`, `<#C…|name>`).
 *
 * @returns null when the text names nobody
 */
export function parseRecipient(text: string): Recipient | null {
  const trimmed = text.trim();
  const userId = /^(?:<@)?([UW][A-Z0-9]{2,})(?:\|[^>]*)?>?$/.exec(trimmed)?.[1];
  if (userId !== undefined) return { kind: 'user', userId };
  const channelId = /^(?:<#)?([CG][A-Z0-9]{2,})(?:\|[^>]*)?>?$/.exec(trimmed)?.[1];
  if (channelId !== undefined) return { kind: 'channel', channelId };
  const groupId = /^<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(trimmed)?.[1];
  if (groupId !== undefined) return { kind: 'handle', handle: groupId };
  if (emailPattern.test(trimmed)) return { kind: 'email', email: trimmed.toLowerCase() };
  const handle = /^@([\p{L}\p{N}._-]+)$/u.exec(trimmed)?.[1];
  if (handle !== undefined)
    return { kind: 'handle', handle: isGroupId(handle) ? handle : handle.toLowerCase() };
  const name = /^#([\p{L}\p{N}_-]+)$/u.exec(trimmed)?.[1];
  if (name !== undefined) return { kind: 'channel-name', name: name.toLowerCase() };
  return null;
}

/** The one way to write a recipient, so that the same one is always the same text; what names nobody stays as it is. */
export function canonicalRecipient(text: string): string {
  const recipient = parseRecipient(text);
  if (recipient === null) return text.trim();
  switch (recipient.kind) {
    case 'user':
      return recipient.userId;
    case 'email':
      return recipient.email;
    case 'handle':
      return isGroupId(recipient.handle) ? `<!subteam^${recipient.handle}>` : `@${recipient.handle}`;
    case 'channel':
      return recipient.channelId;
    case 'channel-name':
      return `#${recipient.name}`;
  }
}

/** True when the person is meant by the recipient, is in the group, or is a member of the channel. */
export function includesPerson(recipientText: string, person: Person): boolean {
  const recipient = parseRecipient(recipientText);
  if (recipient === null) return false;
  switch (recipient.kind) {
    case 'user':
      return recipient.userId === person.userId;
    case 'email':
      return recipient.email === person.email;
    case 'handle':
      return person.handles.includes(recipient.handle);
    case 'channel':
      return person.channels.includes(recipient.channelId);
    case 'channel-name':
      return person.channels.includes(`#${recipient.name}`);
  }
}

/** The ways in which `assignees` may name a person or a group that they are in. */
export function spellingsOf({ userId, email, handles }: Person): string[] {
  return [
    userId,
    `<@${userId}>`,
    ...(email === null ? [] : [email]),
    ...handles.flatMap((handle) => [`@${handle}`, `<!subteam^${handle}>`]),
  ];
}

/** Slack's ids of user groups are upper case; handles never are. */
function isGroupId(text: string): boolean {
  return /^S[A-Z0-9]{8,}$/.test(text);
}
