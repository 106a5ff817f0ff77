import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  InputBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
} from '@slack/types';
import { clip, inline, withoutControls } from './escape.ts';
import { limits } from './limits.ts';
import type { Message } from './message.ts';

export interface ButtonOptions {
  text: string;
  actionId: string;
  value?: string;
  /** Opened in the browser by a click. */
  url?: string;
  style?: 'primary' | 'danger' | undefined;
  /** Asks "are you sure" first. */
  confirm?: { title: string; text: string; confirm: string; deny: string };
  /** Read out instead of `text`, where many buttons on one surface have the same text. */
  label?: string;
}

export interface InputOptions {
  blockId: string;
  label: string;
  element: InputBlock['element'];
  hint?: string | null;
  optional?: boolean;
}

/** Text as it is, without markup; `:x:` stays `:x:`. Never empty, because Slack refuses that. */
export function plainText(text: string, max: number): PlainTextElement {
  const shown = withoutControls(text);
  return { type: 'plain_text', text: clip(shown.trim() === '' ? '–' : shown, max), emoji: false };
}

/** Markup that is complete: Slack adds no mention or link of its own (`verbatim`). */
export function mrkdwn(text: string, max: number = limits.sectionText): MrkdwnElement {
  return { type: 'mrkdwn', text: clip(text.trim() === '' ? '–' : text, max), verbatim: true };
}

export function section(text: string, accessory?: SectionBlock['accessory']): SectionBlock {
  return { type: 'section', text: mrkdwn(text), ...(accessory === undefined ? {} : { accessory }) };
}

/** Fields in two columns; those beyond the tenth are left out, so the caller counts. */
export function fields(texts: readonly string[]): SectionBlock {
  return {
    type: 'section',
    fields: texts.slice(0, limits.sectionFields).map((text) => mrkdwn(text, limits.fieldText)),
  };
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plainText(text, limits.headerText) };
}

export function context(...texts: string[]): ContextBlock {
  return {
    type: 'context',
    elements: texts.slice(0, limits.contextElements).map((text) => mrkdwn(text, limits.contextText)),
  };
}

export function actions(elements: ActionsBlock['elements'], blockId?: string): ActionsBlock {
  return {
    type: 'actions',
    elements: elements.slice(0, limits.actionsElements),
    ...(blockId === undefined ? {} : { block_id: blockId }),
  };
}

export function divider(): KnownBlock {
  return { type: 'divider' };
}

export function button(options: ButtonOptions): Button {
  const { text, actionId, value, url, style, confirm, label } = options;
  return {
    type: 'button',
    text: plainText(text, limits.buttonText),
    action_id: actionId,
    ...(value === undefined ? {} : { value }),
    ...(url === undefined ? {} : { url }),
    ...(style === undefined ? {} : { style }),
    ...(label === undefined ? {} : { accessibility_label: clip(label, limits.accessibilityLabel) }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plainText(confirm.title, limits.confirmTitle),
            text: plainText(confirm.text, limits.confirmText),
            confirm: plainText(confirm.confirm, limits.confirmButton),
            deny: plainText(confirm.deny, limits.confirmButton),
          },
        }),
  };
}

export function option(text: string, value: string): PlainTextOption {
  return { text: plainText(text, limits.optionText), value };
}

export function input(options: InputOptions): InputBlock {
  const { blockId, label, element, hint, optional } = options;
  return {
    type: 'input',
    block_id: blockId,
    label: plainText(label, limits.labelText),
    element,
    optional: optional ?? false,
    ...(hint === undefined || hint === null || hint.trim() === ''
      ? {}
      : { hint: plainText(hint, limits.hintText) }),
  };
}

/** Puts a message together. The caller has escaped `text`; it loses its markup, because it is spoken. */
export function message(text: string, blocks: KnownBlock[]): Message {
  return { text: clip(text.replace(/[*`]/g, ''), limits.messageText), blocks };
}

/** A message of one section that says what its fallback says. `text` is mrkdwn, escaped. */
export function simpleMessage(text: string, ...more: KnownBlock[]): Message {
  return message(text, [section(text), ...more]);
}

/** Bold on one line. An asterisk in the text would end it early, so it is replaced by one that looks alike. */
export function bold(text: string): string {
  return `*${inline(text).replaceAll('*', '∗')}*`;
}
