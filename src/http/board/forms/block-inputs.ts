import type { InputBlock, KnownBlock, PlainTextOption } from '@slack/types';
import { fieldsOf } from '../csrf.ts';
import { html, type SafeHtml } from '../html.ts';
import { type Labels, mrkdwn } from '../mrkdwn.ts';

/** What stands in one input, as Slack would send it: the readers of Slack's forms take it. */
export interface InputState {
  value?: string | null;
  selected_option?: { value: string } | null;
  selected_options?: { value: string }[];
  selected_date?: string | null;
}

/** By block id, then by action id. */
export type FormState = Record<string, Record<string, InputState>>;

/** Messages by block id. */
export type FormErrors = Readonly<Record<string, string>>;

export interface InputsOptions {
  blocks: readonly KnownBlock[];
  errors: FormErrors;
  /** What was sent, to be shown again; null: what the blocks start with. */
  sent: FormState | null;
  labels: Labels;
}

/** The inputs of one of Slack's forms as inputs of a page: the same questions, hints and choices. */
export function blockInputs({ blocks, errors, sent, labels }: InputsOptions): SafeHtml {
  const parts = blocks.map((block) => {
    if (block.type === 'section' && block.text?.type === 'mrkdwn') {
      return html`<p>${mrkdwn(block.text.text, labels)}</p>`;
    }
    if (block.type === 'context') {
      const texts = block.elements.flatMap((element) => (element.type === 'mrkdwn' ? [element.text] : []));
      return html`<p class="hint">${mrkdwn(texts.join('\n'), labels)}</p>`;
    }
    return block.type === 'input' ? field(block, errors[blockIdOf(block)], sent) : html``;
  });
  return html`${parts}`;
}

/** What was sent for these inputs. A text that was not sent is none that was emptied: the page did not have its input. */
export function readBlockInputs(blocks: readonly KnownBlock[], body: unknown): FormState {
  const inputs = blocks
    .filter((block) => block.type === 'input')
    .filter((block) => !isText(block) || fieldsOf(body, nameOf(block)).length > 0);
  return Object.fromEntries(
    inputs.map((block) => [
      blockIdOf(block),
      { [actionIdOf(block)]: readInput(block, fieldsOf(body, nameOf(block))) },
    ]),
  );
}

function isText({ element }: InputBlock): boolean {
  return element.type === 'plain_text_input';
}

function readInput({ element }: InputBlock, values: readonly string[]): InputState {
  const [first = ''] = values;
  switch (element.type) {
    case 'static_select':
    case 'radio_buttons':
      return { selected_option: first === '' ? null : { value: first } };
    case 'checkboxes':
    case 'multi_static_select':
      return { selected_options: values.filter((value) => value !== '').map((value) => ({ value })) };
    case 'datepicker':
      return { selected_date: first === '' ? null : first };
    default:
      return { value: first.replaceAll('\r\n', '\n') };
  }
}

function field(block: InputBlock, error: string | undefined, sent: FormState | null): SafeHtml {
  const { element, label, hint, optional = false } = block;
  const id = `field-${nameOf(block)}`;
  const state = sent?.[blockIdOf(block)]?.[actionIdOf(block)] ?? initialState(block);
  const notes = [...(hint === undefined ? [] : ['hint']), ...(error === undefined ? [] : ['error'])];
  const described =
    notes.length === 0 ? html`` : html` aria-describedby="${notes.map((note) => `${id}-${note}`).join(' ')}"`;
  const attributes = html`${described}${error === undefined ? html`` : html` aria-invalid="true"`}`;
  const optionalNote = optional ? html` <span class="hint">(optional)</span>` : html``;
  const below = html`${hint === undefined ? html`` : html`<p class="hint" id="${id}-hint">${hint.text}</p>`}
    ${error === undefined ? html`` : html`<p class="error" id="${id}-error">${error}</p>`}`;
  if (element.type === 'checkboxes' || element.type === 'radio_buttons') {
    return html`<fieldset class="field"${attributes}><legend>${label.text}${optionalNote}</legend>
      ${choices(block, element.options as PlainTextOption[], state)}${below}</fieldset>`;
  }
  return html`<div class="field"><label for="${id}">${label.text}${optionalNote}</label>
    ${control(block, id, state, attributes)}${below}</div>`;
}

function control(block: InputBlock, id: string, state: InputState, attributes: SafeHtml): SafeHtml {
  const { element, optional = false } = block;
  const name = nameOf(block);
  switch (element.type) {
    case 'static_select':
    case 'multi_static_select': {
      const isMany = element.type === 'multi_static_select';
      const groups = element.option_groups?.flatMap(({ options }) => options) ?? [];
      const options = [...(element.options ?? []), ...groups] as PlainTextOption[];
      const none = isMany ? html`` : html`<option value="">${optional ? '–' : 'Choose …'}</option>`;
      return html`<select id="${id}" name="${name}"${isMany ? html` multiple` : html``}${attributes}>${none}${options.map(
        (option) =>
          html`<option value="${option.value ?? ''}"${isChosen(state, option) ? html` selected` : html``}>${option.text.text}</option>`,
      )}</select>`;
    }
    case 'datepicker':
      return html`<input type="date" id="${id}" name="${name}" value="${state.selected_date ?? ''}"${attributes}>`;
    case 'plain_text_input': {
      const { multiline = false, max_length: max } = element;
      const limited = html`${max === undefined ? html`` : html` maxlength="${max}"`}${attributes}`;
      return multiline
        ? html`<textarea id="${id}" name="${name}" rows="4"${limited}>${state.value ?? ''}</textarea>`
        : html`<input type="text" id="${id}" name="${name}" value="${state.value ?? ''}" autocomplete="off"${limited}>`;
    }
    default:
      return html`<input type="text" id="${id}" name="${name}" value="${state.value ?? ''}"${attributes}>`;
  }
}

function choices(block: InputBlock, options: readonly PlainTextOption[], state: InputState): SafeHtml {
  const type = block.element.type === 'checkboxes' ? 'checkbox' : 'radio';
  return html`${options.map(
    (option) =>
      html`<label class="choice"><input type="${type}" name="${nameOf(block)}" value="${option.value ?? ''}"${isChosen(state, option) ? html` checked` : html``}> ${option.text.text}</label>`,
  )}`;
}

function isChosen(
  { selected_option: one, selected_options: many = [] }: InputState,
  { value }: PlainTextOption,
): boolean {
  return one?.value === value || many.some((chosen) => chosen.value === value);
}

function initialState({ element }: InputBlock): InputState {
  switch (element.type) {
    case 'static_select':
    case 'radio_buttons':
      return { selected_option: toValue(element.initial_option) };
    case 'checkboxes':
    case 'multi_static_select':
      return { selected_options: (element.initial_options ?? []).flatMap((option) => toValue(option) ?? []) };
    case 'datepicker':
      return { selected_date: element.initial_date ?? null };
    case 'plain_text_input':
      return { value: element.initial_value ?? '' };
    default:
      return { value: '' };
  }
}

function toValue(option: { value?: string } | undefined): { value: string } | null {
  return option?.value === undefined ? null : { value: option.value };
}

function blockIdOf({ block_id: id }: InputBlock): string {
  return id ?? '';
}

function actionIdOf({ element }: InputBlock): string {
  return 'action_id' in element ? (element.action_id ?? '') : '';
}

/** A name that no other field of the page's form has. */
function nameOf(block: InputBlock): string {
  return `in:${blockIdOf(block)}`;
}
