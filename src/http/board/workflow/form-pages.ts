import type { KnownBlock } from '@slack/types';
import type { Workflow } from '../../../domain/workflow.ts';
import { csrfField } from '../csrf.ts';
import { blockInputs, type FormErrors, type FormState } from '../forms/block-inputs.ts';
import { html, type SafeHtml } from '../html.ts';
import { page } from '../layout.ts';
import type { Labels } from '../mrkdwn.ts';
import type { Viewer } from '../viewer.ts';

/** Who reads a page about which workflow. */
export interface PageOf {
  viewer: Viewer;
  workflow: Workflow;
  labels: Labels;
}

/** The same, also before there is a workflow. */
type MaybePageOf = Omit<PageOf, 'workflow'> & { workflow: Workflow | null };

/** What was sent and is shown again, with what is wrong. */
export interface SentAgain {
  errors: FormErrors;
  state: FormState;
  /** What is wrong with the whole; '' when it is said at the inputs. */
  message: string;
  /** Of the answer. Default 422. */
  status?: number;
}

/** One form of Slack's, as a page. */
export interface FormOnPage {
  title: string;
  action: string;
  submit: string;
  /** Blocks that are in a list of their own stand beside each other. */
  blocks: readonly (KnownBlock | readonly KnownBlock[])[];
  sent: SentAgain | null;
  /** What is sent along, by name. */
  hidden?: readonly (readonly [string, string])[];
  /** Where *Cancel* leads. Default: the page of the workflow. */
  back?: string;
  /** Below the form. */
  foot?: SafeHtml;
  /** False for what takes nothing: the page only says so. Default true. */
  canSubmit?: boolean;
}

/** A page with one form of Slack's. */
export function formPage({ viewer, workflow, labels }: MaybePageOf, form: FormOnPage): string {
  const { title, action, submit, blocks, sent, hidden = [], foot = html``, canSubmit = true } = form;
  const back = form.back ?? (workflow === null ? '/board' : `/board/workflows/${workflow.id}/edit`);
  const inputs = { errors: sent?.errors ?? {}, sent: sent?.state ?? null, labels };
  const parts = blocks.map((block) =>
    'type' in block
      ? blockInputs({ blocks: [block], ...inputs })
      : html`<div class="field-row">${blockInputs({ blocks: block, ...inputs })}</div>`,
  );
  const button = canSubmit
    ? html`<button class="button button-primary" type="submit">${submit}</button>`
    : html``;
  return sheet(
    viewer,
    workflow,
    title,
    html`${problem(sent)}
    <form class="form" method="post" action="${action}">${csrfField(viewer)}
      ${workflow === null ? html`` : html`<input type="hidden" name="revision" value="${workflow.revision}">`}
      ${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
      ${parts}
      <div class="buttons">${button}
        <a class="button button-quiet" href="${back}">Cancel</a></div>
    </form>${foot}`,
  );
}

/** The definition as text. */
export function definitionPage(
  { viewer, workflow }: PageOf,
  text: string,
  canEdit: boolean,
  message: string,
): string {
  const save = canEdit
    ? html`<button class="button button-primary" type="submit">Save</button>`
    : html`<p class="hint">Only whoever may change the workflow can save it.</p>`;
  return sheet(
    viewer,
    workflow,
    'Definition',
    html`${message === '' ? html`` : html`<p class="notice notice-refused" role="alert">${message}</p>`}
    <form class="form" method="post" action="/board/workflows/${workflow.id}/definition">${csrfField(viewer)}
      <input type="hidden" name="revision" value="${workflow.revision}">
      <div class="field"><label for="definition">The whole workflow as JSON</label>
        <textarea id="definition" name="definition" rows="28" class="code" spellcheck="false"${canEdit ? html`` : html` readonly`}>${text}</textarea></div>
      <div class="buttons">${save}<a class="button button-quiet" href="/board/workflows/${workflow.id}/edit">Back</a></div>
    </form>`,
  );
}

/** Why a step was not deleted, and where what leads to it was to lead: '' for nowhere. */
export interface RefusedDelete {
  message: string;
  redirectTo: string;
  status: number;
}

/** Asks whether a step is really to go, and where what leads to it shall lead then. */
export function deleteStepPage(
  { viewer, workflow }: PageOf,
  step: { id: string; name: string; title: string },
  others: readonly { name: string; title: string }[],
  sent: RefusedDelete | null,
): string {
  const options = [
    { name: '', title: 'Refuse, if anything leads here' },
    ...others,
    { name: 'complete', title: 'The end' },
  ];
  return sheet(
    viewer,
    workflow,
    `Delete “${step.title}”?`,
    html`${sent === null ? html`` : html`<p class="notice notice-refused" role="alert">${sent.message}</p>`}
    <p>Tasks that are running keep it. New tasks will not come to it.</p>
    <form class="form" method="post" action="/board/workflows/${workflow.id}/steps/${step.id}/delete">${csrfField(viewer)}
      <input type="hidden" name="revision" value="${workflow.revision}">
      <div class="field"><label for="redirect">What leads to this step shall lead to</label>
        <select id="redirect" name="redirectTo">${options.map(({ name, title }) => html`<option value="${name}"${name === sent?.redirectTo ? html` selected` : html``}>${title}</option>`)}</select></div>
      <div class="buttons"><button class="button button-danger" type="submit">Delete</button>
        <a class="button button-quiet" href="/board/workflows/${workflow.id}/edit">Keep it</a></div>
    </form>`,
  );
}

/** A page that is read from top to bottom and is about one thing of a workflow. */
export function sheet(viewer: Viewer, workflow: Workflow | null, title: string, content: SafeHtml): string {
  const crumb =
    workflow === null
      ? html``
      : html`<p class="meta"><a href="/board/workflows/${workflow.id}/edit">${workflow.name}</a></p>`;
  const main = html`<section class="sheet sheet-wide">${crumb}<h1>${title}</h1>${content}</section>`;
  const of = workflow === null ? '' : ` · ${workflow.name}`;
  return page({ title: `${title}${of}`, viewer, place: 'board', main });
}

/** What is wrong with the whole of what was sent. */
export function problem(sent: SentAgain | null): SafeHtml {
  if (sent === null || sent.message === '') return html``;
  return html`<p class="notice notice-refused" role="alert">${sent.message}</p>`;
}
