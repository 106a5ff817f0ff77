import type { Definition } from '../../../domain/definition.ts';
import { currentStepExecution, hasEnded } from '../../../domain/execution.ts';
import type { BoardWords } from '../board-words.ts';
import type { PersonChoice } from '../board-people.ts';
import { csrfField } from '../csrf.ts';
import { html, type SafeHtml } from '../html.ts';
import { type Labels, plainMrkdwn } from '../mrkdwn.ts';
import type { Viewer } from '../viewer.ts';
import type { ShownTask } from './read-task.ts';

export interface SteeringOptions extends ShownTask {
  viewer: Viewer;
  words: BoardWords;
  people: readonly PersonChoice[];
  labels: Labels;
}

/** What moves the task from outside, for whoever may: each form says what it does before it does it. */
export function steeringPanel(options: SteeringOptions): SafeHtml {
  const { view, maySteer, now } = options;
  const { execution } = view;
  if (hasEnded(execution)) return html``;
  const isFailed = execution.status === 'FAILED';
  const asked = isFailed ? [] : (currentStepExecution(execution)?.assignees ?? []);
  const mayReassign = asked.length > 0 && (maySteer || (now.kind !== 'nothing' && now.refusal === null));
  if (!maySteer && !mayReassign) return html``;
  return html`<section class="panel steering" aria-labelledby="steering-title">
    <h2 id="steering-title">What you can do</h2>
    ${isFailed && maySteer ? retryForms(options) : html``}
    ${mayReassign ? reassignForm(options, asked) : html``}
    ${maySteer ? html`${rerouteForm(options)}${cancelForm(options)}` : html``}
  </section>`;
}

function form({ view, viewer }: SteeringOptions, verb: string, content: SafeHtml): SafeHtml {
  return html`<form class="form" method="post" action="/board/tasks/${view.execution.id}/${verb}">${csrfField(viewer)}${content}</form>`;
}

function retryForms(options: SteeringOptions): SafeHtml {
  const buttons = html`<div class="buttons">
    <button class="button button-primary" type="submit" name="from" value="step">Retry this step</button>
    <button class="button" type="submit" name="from" value="start">Start over</button>
  </div>`;
  return form(options, 'retry', buttons);
}

function reassignForm(options: SteeringOptions, asked: readonly string[]): SafeHtml {
  const { view, people, words, labels } = options;
  const visit = currentStepExecution(view.execution);
  const instead =
    asked.length < 2
      ? html``
      : html`<div class="field"><label for="reassign-from">Instead of</label>
          <select id="reassign-from" name="from"><option value="">Everybody who is asked, or my own place</option>${asked.map(
            (recipient) =>
              html`<option value="${recipient}">${plainMrkdwn(words.recipient(recipient), labels)}</option>`,
          )}</select></div>`;
  const content = html`<input type="hidden" name="step" value="${visit?.id ?? ''}">${instead}
    <div class="field"><label for="reassign-to">To whom</label>
      <select id="reassign-to" name="person"><option value="">Choose …</option>${people.map(
        ({ userId, name }) => html`<option value="${userId}">${name}</option>`,
      )}</select></div>
    <div class="field"><label for="reassign-typed">Or a group, a channel or an address</label>
      <input id="reassign-typed" type="text" name="to" autocomplete="off" aria-describedby="reassign-hint">
      <p class="hint" id="reassign-hint">For example @finance, #ops, ana@example.com.</p></div>
    <div class="field"><label for="reassign-note">Note</label>
      <textarea id="reassign-note" name="note" rows="2" maxlength="1000" aria-describedby="note-hint"></textarea>
      <p class="hint" id="note-hint">Those who are asked now read it with the question.</p></div>
    <button class="button button-primary" type="submit">Reassign</button>`;
  return html`<details class="action"><summary>Ask somebody else</summary>${form(options, 'reassign', content)}</details>`;
}

function rerouteForm(options: SteeringOptions): SafeHtml {
  const { view, words } = options;
  const content = html`<div class="field"><label for="reroute-to">To which step</label>
      <select id="reroute-to" name="to">${stepOptions(view.definition, words)}<option value="complete">The end: the task is completed</option></select></div>
    <div class="field"><label for="reroute-reason">Reason</label><textarea id="reroute-reason" name="reason" rows="2" maxlength="2000"></textarea></div>
    <button class="button" type="submit">Send it there</button>`;
  return html`<details class="action"><summary>Send it to another step</summary>${form(options, 'reroute', content)}</details>`;
}

function stepOptions({ steps }: Definition, words: BoardWords): SafeHtml[] {
  return steps.map((step) => html`<option value="${step.name}">${words.stepTitle(step)}</option>`);
}

function cancelForm(options: SteeringOptions): SafeHtml {
  const content = html`<p>It ends for good: nobody is asked any more, and it cannot be taken up again.</p>
    <div class="field"><label for="cancel-reason">Reason</label>
      <textarea id="cancel-reason" name="reason" rows="2" maxlength="2000" aria-describedby="cancel-hint"></textarea>
      <p class="hint" id="cancel-hint">It is shown to everybody who sees the task.</p></div>
    <button class="button button-danger" type="submit">Cancel task</button>`;
  return html`<details class="action"><summary>Cancel this task</summary>${form(options, 'cancel', content)}</details>`;
}
