import type { KnownBlock } from '@slack/types';
import type { StepPartView } from '../board-authoring.ts';
import { csrfField } from '../csrf.ts';
import { blockInputs, type FormErrors, type FormState } from '../forms/block-inputs.ts';
import { html, type SafeHtml } from '../html.ts';
import { mrkdwn } from '../mrkdwn.ts';
import { type PageOf, problem, type SentAgain, sheet } from './form-pages.ts';

/** What is shown of a step. */
export interface StepOnPage {
  id: string;
  title: string;
  parts: readonly StepPartView[];
  /** Null where nothing is ever filled in. */
  answer: { label: string; summary: string } | null;
  /** Null where nothing comes out that a condition could look at. */
  conditions: readonly { index: number; name: string }[] | null;
  /** The part that is shown opened; '' for none. */
  open: string;
  /** What the check has found, of this step and how much of others. */
  check: SafeHtml;
}

/** Everything about a step: a form for each part, of which the one that was sent last is open. */
export function stepPage(
  about: PageOf,
  step: StepOnPage,
  sent: (SentAgain & { part: string }) | null,
): string {
  const rows = step.parts.map((view) => partForm(about, step, view, sent?.part === view.part ? sent : null));
  return sheet(about.viewer, about.workflow, step.title, html`${step.check}${rows}${answerRow(about, step)}`);
}

function partForm(
  { viewer, workflow, labels }: PageOf,
  step: StepOnPage,
  { part, label, summary, blocks }: StepPartView,
  sent: SentAgain | null,
): SafeHtml {
  const isOpen = sent !== null || step.open === part;
  const errors = withPart(sent?.errors ?? {}, part);
  const state = sent === null ? null : withPart(sent.state, part);
  return html`<details class="step-part" id="part-${part}"${isOpen ? html` open` : html``}>
      <summary><span class="label">${label}</span> <span class="meta">${mrkdwn(summary, labels)}</span></summary>
      ${problem(sent)}
      <form class="form" method="post" action="/board/workflows/${workflow.id}/steps/${step.id}">${csrfField(viewer)}
        <input type="hidden" name="revision" value="${workflow.revision}"><input type="hidden" name="part" value="${part}">
        ${blockInputs({ blocks: unique(blocks, part), errors, sent: state, labels })}
        <div class="buttons"><button class="button button-primary" type="submit">Save</button></div>
      </form>${part === 'routes' ? conditionLinks(workflow.id, step) : html``}</details>`;
}

function conditionLinks(workflowId: string, { id, conditions }: StepOnPage): SafeHtml {
  if (conditions === null) return html``;
  const path = `/board/workflows/${workflowId}/steps/${id}/conditions`;
  const links = conditions.map(
    ({ index, name }) =>
      html`<li><a class="button button-small" href="${path}/${index}">Change “${name}”</a></li>`,
  );
  return html`<div class="conditions"><h2>Conditions on what came out</h2>
    <ul class="buttons">${links}<li><a class="button button-small" href="${path}/new">Add a condition</a></li></ul></div>`;
}

function answerRow({ workflow, labels }: PageOf, { id, answer }: StepOnPage): SafeHtml {
  if (answer === null) return html``;
  const { label, summary } = answer;
  return html`<div class="step-part step-answer"><p><span class="label">${label}</span> <span class="meta">${mrkdwn(summary, labels)}</span></p>
    <a class="button button-small" href="/board/workflows/${workflow.id}/steps/${id}/fields" aria-label="${label}: change its fields">Fields</a></div>`;
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

/** What is said of blocks, by the ids that they have on a page with several forms. */
export function withPart<Value extends FormState[string] | FormErrors[string]>(
  byBlock: Readonly<Record<string, Value>>,
  part: string,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(byBlock).map(([id, value]) => [`${part}~${id}`, value]));
}
