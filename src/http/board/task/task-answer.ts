import type { BoardForms } from '../board-forms.ts';
import { csrfField } from '../csrf.ts';
import { blockInputs, type FormErrors, type FormState } from '../forms/block-inputs.ts';
import { html, type SafeHtml } from '../html.ts';
import { icon } from '../icons.ts';
import { type Labels, mrkdwn } from '../mrkdwn.ts';
import type { Viewer } from '../viewer.ts';
import type { Now } from './read-task.ts';

/** The reason of a decision; no field of a form has this name. */
export const reasonField = 'reason';

/** What was sent and not taken, to be shown again with what is wrong. */
export interface Returned {
  reason: string;
  fields: FormState;
  errors: FormErrors;
  /** What is wrong with the reason; null when nothing is. */
  reasonError: string | null;
}

export interface AnswerOptions {
  taskId: string;
  now: Now;
  returned: Returned | null;
  viewer: Viewer;
  forms: BoardForms;
  labels: Labels;
}

/** What is asked now, with buttons for whoever may answer. */
export function answerPanel(options: AnswerOptions): SafeHtml {
  const { now, labels } = options;
  if (now.kind === 'nothing') return html``;
  const approval = now.visit.run?.approval ?? null;
  const message = messageOf(approval?.whole ?? approval?.message ?? now.visit.inputs['message']);
  const [title = '', ...rest] = message.split(/\r\n|\r|\n/);
  const body = rest.join('\n').trim();
  return html`<section class="panel answer" id="answer" aria-labelledby="answer-title">
    <h2 id="answer-title">${title}</h2>
    ${body === '' ? html`` : approval === null ? html`<p class="message">${body}</p>` : html`<pre tabindex="0">${body}</pre>`}
    ${now.refusal === null ? answerForm(options) : html`<p class="notice">${icon('person')} <span>${mrkdwn(now.refusal, labels)}</span></p>`}
  </section>`;
}

function answerForm(options: AnswerOptions): SafeHtml {
  const { taskId, now, viewer } = options;
  if (now.kind === 'nothing') return html``;
  const pinned = html`${csrfField(viewer)}<input type="hidden" name="step" value="${now.visit.id}">`;
  if (now.kind === 'complete') {
    return html`<form method="post" action="/board/tasks/${taskId}/complete">${pinned}
      <button class="button button-primary" type="submit">Mark done</button></form>`;
  }
  return html`<form class="form" method="post" action="/board/tasks/${taskId}/decide">${pinned}
    <input type="hidden" name="digest" value="${now.visit.decisionDigest ?? ''}">
    ${decisionFields(options, now)}
    ${reasonInput(options.returned, reasonHint(now))}
    <div class="buttons">${now.outcomes.map(
      ({ name, label, style }) =>
        html`<button class="button${style === undefined ? '' : ` button-${style}`}" type="submit" name="outcome" value="${name}">${label}</button>`,
    )}</div>
  </form>`;
}

function decisionFields(
  { forms, returned, viewer, labels }: AnswerOptions,
  now: Extract<Now, { kind: 'decide' }>,
): SafeHtml {
  const { step, visit, outcomes } = now;
  if (!outcomes.some(({ name }) => forms.hasFields(step, name))) return html``;
  const blocks = forms.decisionFields(step, visit, viewer.member.userId);
  return blockInputs({ blocks, errors: returned?.errors ?? {}, sent: returned?.fields ?? null, labels });
}

function reasonInput(returned: Returned | null, hint: string): SafeHtml {
  const error = returned?.reasonError ?? null;
  return html`<div class="field"><label for="reason">Reason</label>
    <textarea id="reason" name="${reasonField}" rows="2" maxlength="2000" aria-describedby="reason-hint${error === null ? '' : ' reason-error'}"${error === null ? html`` : html` aria-invalid="true"`}>${returned?.reason ?? ''}</textarea>
    <p class="hint" id="reason-hint">${hint}</p>
    ${error === null ? html`` : html`<p class="error" id="reason-error">${error}</p>`}
  </div>`;
}

function reasonHint({ outcomes }: Extract<Now, { kind: 'decide' }>): string {
  const needing = outcomes
    .filter(({ requireComment }) => requireComment === true)
    .map(({ label }) => `“${label}”`);
  const shown = 'It is shown with your decision to everybody who sees the task.';
  return needing.length === 0
    ? shown
    : `${needing.join(' and ')} ${needing.length === 1 ? 'needs' : 'need'} one. ${shown}`;
}

function messageOf(message: unknown): string {
  return typeof message === 'string' ? message.trim() : '';
}
