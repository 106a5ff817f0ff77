import { createHash } from 'node:crypto';
import { taskRef } from '../../../../domain/ids.ts';
import { type Trigger, isSlackTrigger } from '../../../../domain/trigger.ts';
import type { TriggerDecision, TriggerLogEntry } from '../../../../domain/trigger-log.ts';
import { nothingLogged, triggerKindWords } from '../../../../domain/trigger-words.ts';
import { explainWorkflowStatus } from '../../../../domain/workflow-words.ts';
import type { ScheduleWithTimes } from '../../../../engine/triggers/schedules.ts';
import type { TriggerPart } from '../../board-triggers.ts';
import { csrfField } from '../../csrf.ts';
import { blockInputs } from '../../forms/block-inputs.ts';
import { html, type SafeHtml } from '../../html.ts';
import { icon } from '../../icons.ts';
import { localTime, mrkdwn } from '../../mrkdwn.ts';
import { type PageOf, problem, type SentAgain, sheet } from '../form-pages.ts';
import { unique, withPart } from '../step-page.ts';

/** What is shown of something that starts tasks. */
export interface TriggerOnPage {
  trigger: Trigger;
  /** When it starts a task, in mrkdwn. */
  sentence: string;
  /** What to do so that it hears its channels, in mrkdwn; null where it does. */
  unheard: string | null;
  /** What it gives the task, in mrkdwn; null where that is not told so. */
  gives: string | null;
  /** Null for what is no schedule. */
  times: ScheduleWithTimes | null;
  /** The command of an intake; null for what is none. */
  command: string | null;
  /** The forms that change it; none for whoever may not. */
  parts: readonly TriggerPart[];
  log: readonly TriggerLogEntry[];
  /** Of the next page of the log; null at the end. */
  older: string | null;
  canEdit: boolean;
  /** The part that is shown opened. */
  open: string;
  /** What the sample text would do, in mrkdwn, and the text; null: none was tried. */
  tried: { text: string; result: string } | null;
}

/** Everything about what starts tasks by itself: when, with what, what it did and why not; and what changes it. */
export function triggerPage(
  about: PageOf,
  shown: TriggerOnPage,
  sent: (SentAgain & { part: string }) | null,
): string {
  const { workflow, labels } = about;
  const { trigger, sentence, unheard, gives } = shown;
  const idle = workflow.status === 'ACTIVE' ? '' : explainWorkflowStatus(workflow.status, true);
  const content = html`<p class="buttons"><span class="chip">${triggerKindWords[trigger.kind]}</span>${stateChip(trigger)}</p>
    <p>${mrkdwn(sentence, labels)}</p>
    ${unheard === null ? html`` : html`<p class="notice"><span>${mrkdwn(unheard, labels)}</span></p>`}
    ${idle === '' ? html`` : html`<p class="notice">${icon('pause')} <span>${idle} Until it is active, this starts nothing.</span></p>`}
    ${gives === null ? html`` : html`<div><h2>Gives the task</h2><p>${mrkdwn(gives, labels)}</p></div>`}
    ${timesPart(shown)}${commandPart(shown)}
    ${shown.canEdit ? changes(about, shown, sent) : html``}
    ${logPart(shown)}`;
  return sheet(about.viewer, workflow, trigger.name, content);
}

export function stateChip({ enabled }: Pick<Trigger, 'enabled'>): SafeHtml {
  return enabled
    ? html`<span class="chip chip-good">On</span>`
    : html`<span class="chip chip-warn">Off</span>`;
}

function timesPart({ times }: TriggerOnPage): SafeHtml {
  if (times === null) return html``;
  const { nextRuns, lastRunAt, schedule } = times;
  const next = nextRuns.map((time, index) => html`${index === 0 ? '' : ', '}${localTime(time)}`);
  const none = schedule.enabled ? 'It has no time to come' : 'Paused: it starts nothing';
  return html`<dl class="facts"><dt>Next</dt><dd>${next.length === 0 ? none : next}</dd>
    <dt>Last</dt><dd>${lastRunAt === null ? 'Never' : localTime(lastRunAt)}</dd></dl>`;
}

function commandPart({ command }: TriggerOnPage): SafeHtml {
  if (command === null) return html``;
  return html`<div><h2>How work is sent to it</h2>
    <p class="hint">Put a key of yours into <code>BATON_KEY</code> (<code>/workflow keys</code> in Slack makes one: <code>export BATON_KEY=…</code>), then paste this into a terminal.</p>
    ${commandBlock(command)}</div>`;
}

export function commandBlock(command: string): SafeHtml {
  return html`<div class="copyable"><div class="table-frame" tabindex="0" role="region" aria-label="The command"><pre class="command">${command}</pre></div>
    <button class="button button-small" type="button" data-copy hidden>Copy</button></div>`;
}

function changes(about: PageOf, shown: TriggerOnPage, sent: (SentAgain & { part: string }) | null): SafeHtml {
  const { trigger, parts } = shown;
  const path = pathOf(trigger);
  const turned = trigger.enabled ? 'off' : 'on';
  const rows = parts.map((part) => partForm(about, shown, part, sent?.part === part.part ? sent : null));
  return html`<div class="trigger-forms">${rows}${isSlackTrigger(trigger) ? tryForm(about, shown) : html``}</div>
    <div class="buttons">
      <form method="post" action="${path}/switch">${csrfField(about.viewer)}<input type="hidden" name="enabled" value="${turned}">
        <button class="button" type="submit">Switch ${turned}</button></form>
      <a class="button button-danger" href="${path}/delete">Delete</a></div>`;
}

function partForm(
  { viewer, labels }: PageOf,
  { trigger, open }: TriggerOnPage,
  { part, label, blocks }: TriggerPart,
  sent: SentAgain | null,
): SafeHtml {
  const isOpen = sent !== null || open === part;
  const errors = withPart(sent?.errors ?? {}, part);
  const state = sent === null ? null : withPart(sent.state, part);
  return html`<details class="step-part" id="part-${part}"${isOpen ? html` open` : html``}><summary>${label}</summary>
    ${problem(sent)}
    <form class="form" method="post" action="${pathOf(trigger)}">${csrfField(viewer)}
      <input type="hidden" name="part" value="${part}"><input type="hidden" name="seen" value="${seenOf(trigger)}">
      ${blockInputs({ blocks: unique(blocks, part), errors, sent: state, labels })}
      <div class="buttons"><button class="button button-primary" type="submit">Save</button></div></form></details>`;
}

function tryForm({ viewer, labels }: PageOf, { trigger, tried }: TriggerOnPage): SafeHtml {
  return html`<details class="step-part" id="part-try"${tried === null ? html`` : html` open`}><summary>Try it with a sample text</summary>
    ${tried === null ? html`` : html`<p class="notice" role="status"><span>${mrkdwn(tried.result, labels)}</span></p>`}
    <form class="form" method="post" action="${pathOf(trigger)}/try">${csrfField(viewer)}
      <div class="field"><label for="sample">A sample text</label>
        <textarea id="sample" name="sample" rows="3" aria-describedby="sample-hint">${tried?.text ?? ''}</textarea>
        <p class="hint" id="sample-hint">As somebody would write it. Nothing is started by this.</p></div>
      <div class="buttons"><button class="button" type="submit">Try</button></div></form></details>`;
}

const decisions: Readonly<Record<TriggerDecision, readonly [word: string, chip: string]>> = {
  started: ['Started', 'chip-good'],
  skipped: ['Skipped', 'chip-plain'],
  refused: ['Refused', 'chip-warn'],
  failed: ['Failed', 'chip-bad'],
};

function logPart({ trigger, log, older }: TriggerOnPage): SafeHtml {
  if (log.length === 0)
    return html`<div id="log"><h2>What it did</h2><p class="empty">${nothingLogged[trigger.kind]}</p></div>`;
  const rows = log.map(({ at, decision, reason, executionId }) => {
    const [word, chip] = decisions[decision];
    const what =
      executionId === null
        ? html`${reason ?? ''}`
        : html`Started task <a href="/board/tasks/${executionId}">${taskRef(executionId)}</a>`;
    return html`<tr><td>${localTime(at)}</td><td><span class="chip ${chip}">${word}</span></td><td>${what}</td></tr>`;
  });
  return html`<div id="log"><h2>What it did</h2>
    <div class="table-frame" tabindex="0" role="region" aria-label="What it did, newest first"><table class="trigger-log">
      <thead><tr><th scope="col">When</th><th scope="col">Decision</th><th scope="col">Task, or why not</th></tr></thead><tbody>${rows}</tbody></table></div>
    <p class="hint">Kept for 90 days.${older === null ? html`` : html` <a href="${pathOf(trigger)}?before=${older}#log">Older ones</a>`}</p></div>`;
}

/** Of the page. */
export function pathOf({ workflowId, id }: Pick<Trigger, 'workflowId' | 'id'>): string {
  return `/board/workflows/${workflowId}/triggers/${id}`;
}

/** Tells whether somebody else has changed it since a page was shown. */
export function seenOf({ name, settings }: Pick<Trigger, 'name' | 'settings'>): string {
  return createHash('sha256')
    .update(JSON.stringify([name, settings]))
    .digest('hex')
    .slice(0, 24);
}
