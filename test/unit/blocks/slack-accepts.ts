import type { HomeView, ModalView } from '@slack/types';
import { expect } from 'vitest';
import type { Message } from '../../../blocks/message.ts';
import { validateMessage } from '../../support/slack/validate-message.ts';
import { validateView } from '../../support/slack/validate-view.ts';

/** Text that people could send to break a card, forge one, or wake a whole channel. */
export const hostileText =
  '<!channel> <@U0EVIL> <https://evil.example|bank> & *bold* _it_ ~no~ `code` :x: \u202Egnp.exe 👩‍👩‍👧‍👦 שלום\nApproved by Bo';

/** Fails with Slack's own words when Slack would refuse the message. */
export async function expectSlackAccepts(message: Message): Promise<void> {
  expect(await validateMessage({ ...message })).toBeUndefined();
}

export async function expectSlackAcceptsView(view: ModalView | HomeView): Promise<void> {
  expect(await validateView(view, view.type)).toBeUndefined();
}

/** Fails when text of people has come to life: a mention of everybody, of a person, or a link with a label of their own. */
export function expectNothingHostile(shown: unknown): void {
  const mrkdwn = collectMrkdwn(shown).join('\n');
  expect(mrkdwn).not.toContain('<!channel>');
  expect(mrkdwn).not.toContain('<@U0EVIL>');
  expect(mrkdwn).not.toMatch(/<https?:[^>]*\|/);
  expect(shownText(shown)).not.toContain('\u202E');
}

/** All markup in blocks and views, and the fallback of a message. */
export function collectMrkdwn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(collectMrkdwn);
  if (typeof value !== 'object' || value === null) return [];
  const node = value as Record<string, unknown>;
  if (node['type'] === 'plain_text') return [];
  const own = typeof node['text'] === 'string' ? [node['text']] : [];
  return [...own, ...Object.values(node).flatMap(collectMrkdwn)];
}

/** Everything that a reader sees, markup and plain text, as one text. */
export function shownText(value: unknown): string {
  if (Array.isArray(value)) return value.map(shownText).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  const node = value as Record<string, unknown>;
  const own = typeof node['text'] === 'string' ? node['text'] : '';
  return [own, ...Object.values(node).map(shownText)].filter((text) => text !== '').join('\n');
}

/** The labels of all buttons, in order. */
export function buttonLabels(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(buttonLabels);
  if (typeof value !== 'object' || value === null) return [];
  const node = value as Record<string, unknown>;
  if (node['type'] === 'button') return [(node['text'] as { text: string }).text];
  return Object.values(node).flatMap(buttonLabels);
}
