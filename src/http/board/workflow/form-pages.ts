import type { KnownBlock } from '@slack/types';
import type { Workflow } from '../../../domain/workflow.ts';
import type { StepPartView } from '../board-authoring.ts';
import { csrfField } from '../csrf.ts';
import { blockInputs, type FormErrors, type FormState } from '../forms/block-inputs.ts';
import { html, type SafeHtml } from '../html.ts';
import { page } from '../layout.ts';
import { type Labels, mrkdwn } from '../mrkdwn.ts';
import type { Viewer } from '../viewer.ts';

interface PageOf {
  viewer: Viewer;
  workflow: Workflow;
  labels: Labels;
}

/** What was sent and is shown again, with what is wrong. */
export interface SentAgain {
  errors: FormErrors;
  state: FormState;
  /** What is wrong with the whole; '' when it is said at the inputs. */
  message: string;
}

/** A page with one form of Slack's. */
export function formPage(
  { viewer, workflow, labels }: PageOf,
  form: {
    title: string;
    action: string;
    submit: string;
    blocks: readonly KnownBlock[];
    sent: SentAgain | null;
  },
): string {
  const { title, action, submit, blocks, sent } = form;
  return sheet(
    viewer,
    workflow,
    title,
    html`${problem(sent)}
    <form class="form" method="post" action="${action}">${csrfField(viewer)}
      <input type="hidden" name="revision" value="${workflow.revision}">
      ${blockInputs({ blocks, errors: sent?.errors ?? {}, sent: sent?.state ?? null, labels })}
      <div class="buttons"><button class="button button-primary" type="submit">${submit}</button>
        <a class="button button-quiet" href="/board/workflows/${workflow.id}/edit">Cancel</a></div>
    </form>`,
  );
}

/** Everything about a step: a form for each part, of which the one that was sent last is open. */
export function stepPage(
  { viewer, workflow, labels }: PageOf,
  step: { id: string; title: string },
  parts: readonly StepPartView[],
  sent: (SentAgain & { part: string }) | null,
): string {
  const rows = parts.map(({ part, label, summary, blocks }) => {
    const own = sent?.part === part ? sent : null;
    return html`<details class="step-part" id="part-${part}"${own === null ? html`` : html` open`}>
      <summary><span class="label">${label}</span> <span class="meta">${mrkdwn(summary, labels)}</span></summary>
      ${problem(own)}
      <form class="form" method="post" action="/board/workflows/${workflow.id}/steps/${step.id}">${csrfField(viewer)}
        <input type="hidden" name="revision" value="${workflow.revision}"><input type="hidden" name="part" value="${part}">
        ${blockInputs({ blocks: unique(blocks, part), errors: prefixed(own?.errors ?? {}, part), sent: prefixedState(own?.state ?? null, part), labels })}
        <div class="buttons"><button class="button button-primary" type="submit">Save</button></div>
      </form></details>`;
  });
  return sheet(viewer, workflow, step.title, html`${rows}`);
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

/** Asks whether a step is really to go, and where what leads to it shall lead then. */
export function deleteStepPage(
  { viewer, workflow }: PageOf,
  step: { id: string; name: string; title: string },
  others: readonly { name: string; title: string }[],
  message: string,
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
    html`${message === '' ? html`` : html`<p class="notice notice-refused" role="alert">${message}</p>`}
    <p>Tasks that are running keep it. New tasks will not come to it.</p>
    <form class="form" method="post" action="/board/workflows/${workflow.id}/steps/${step.id}/delete">${csrfField(viewer)}
      <input type="hidden" name="revision" value="${workflow.revision}">
      <div class="field"><label for="redirect">What leads to this step shall lead to</label>
        <select id="redirect" name="redirectTo">${options.map(({ name, title }) => html`<option value="${name}">${title}</option>`)}</select></div>
      <div class="buttons"><button class="button button-danger" type="submit">Delete</button>
        <a class="button button-quiet" href="/board/workflows/${workflow.id}/edit">Keep it</a></div>
    </form>`,
  );
}

function sheet(viewer: Viewer, workflow: Workflow, title: string, content: SafeHtml): string {
  const main = html`<section class="sheet sheet-wide"><p class="meta"><a href="/board/workflows/${workflow.id}/edit">${workflow.name}</a></p><h1>${title}</h1>${content}</section>`;
  return page({ title: `${title} · ${workflow.name}`, viewer, place: 'board', main });
}

function problem(sent: SentAgain | null): SafeHtml {
  if (sent === null || sent.message === '') return html``;
  return html`<p class="notice notice-refused" role="alert">${sent.message}</p>`;
}

/** Several forms stand on one page, so that what names their inputs has to be different. */
export function unique(blocks: readonly KnownBlock[], part: string): KnownBlock[] {
  return blocks.map((block) =>
    block.type === 'input' ? { ...block, block_id: `${part}~${block.block_id ?? ''}` } : block,
  );
}

/** What was sent, by the block ids that the form was made with. */
export function withoutPart(state: FormState, part: string): FormState {
  return Object.fromEntries(Object.entries(state).map(([id, value]) => [id.replace(`${part}~`, ''), value]));
}

function prefixed(errors: FormErrors, part: string): FormErrors {
  return Object.fromEntries(Object.entries(errors).map(([id, text]) => [`${part}~${id}`, text]));
}

function prefixedState(state: FormState | null, part: string): FormState | null {
  if (state === null) return null;
  return Object.fromEntries(Object.entries(state).map(([id, value]) => [`${part}~${id}`, value]));
}
