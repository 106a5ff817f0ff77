import { AppError } from '../errors.ts';
import type { Directory } from './directory.ts';

/** A message as Slack sends it with a shortcut or an event; only what is read of it. */
export interface SlackMessage {
  ts?: unknown;
  thread_ts?: unknown;
  user?: unknown;
  username?: unknown;
  text?: unknown;
  blocks?: unknown;
  attachments?: unknown;
  files?: unknown;
}

/** More names than this are not looked up. */
const maxNames = 20;

/**
 * What a person reads in the message, as plain text: names instead of ids, addresses instead of links. A
 * message without text gives that of its attachments, else the names of its files.
 */
export async function plainTextOf(directory: Directory, message: SlackMessage): Promise<string> {
  const text = textOf(message.text);
  const parts = text === '' ? [...attachmentTexts(message.attachments), ...fileNames(message.files)] : [text];
  return (await decode(directory, parts.join('\n'))).trim();
}

async function decode(directory: Directory, text: string): Promise<string> {
  const ids = [
    ...new Set([...text.matchAll(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g)].map((match) => match[1] ?? '')),
  ];
  const names = new Map<string, string>();
  await Promise.all(
    ids.slice(0, maxNames).map(async (id) => {
      const name = await nameOf(directory, id);
      if (name !== null) names.set(id, name);
    }),
  );
  return text
    .replace(
      /<@([UW][A-Z0-9]+)(?:\|([^>]*))?>/g,
      (_all, id: string, label?: string) => `@${names.get(id) ?? label ?? id}`,
    )
    .replace(/<#[CGD][A-Z0-9]+\|([^>]+)>/g, '#$1')
    .replace(/<#([CGD][A-Z0-9]+)\|?>/g, '#$1')
    .replace(/<!subteam\^[A-Z0-9]+\|@?([^>]+)>/g, '@$1')
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, '@$1')
    .replace(/<mailto:([^|>]*)(?:\|[^>]*)?>/g, '$1')
    .replace(/<(https?:[^|>]*)\|([^>]*)>/g, (_all, address: string, label: string) =>
      address.includes(label) ? address : `${label} (${address})`,
    )
    .replace(/<([a-z]+:[^|>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

async function nameOf(directory: Directory, userId: string): Promise<string | null> {
  try {
    return (await directory.person(userId)).name;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

function attachmentTexts(attachments: unknown): string[] {
  return listOf(attachments)
    .map(({ text, fallback, title }) => textOf(text) || textOf(fallback) || textOf(title))
    .filter((text) => text !== '');
}

function fileNames(files: unknown): string[] {
  return listOf(files)
    .map(({ title, name }) => textOf(title) || textOf(name))
    .filter((text) => text !== '');
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value)
    ? value.filter((item): item is Record<string, unknown> => typeof item === 'object' && item !== null)
    : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
