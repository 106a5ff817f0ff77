import { stepKindWord } from '../../../domain/workflow-words.ts';
import type { StepExecution } from '../../../domain/execution.ts';
import { type JsonObject, type JsonValue, isJsonObject } from '../../../domain/json.ts';
import { hideSecrets } from '../../../domain/secret-values.ts';
import { describeSpan } from '../age.ts';
import type { BoardWords, TaskView } from '../board-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { stepBadge } from '../icons.ts';
import { type Labels, localTime, mrkdwn } from '../mrkdwn.ts';

/** The way of the task so far, each visit with its times and what came of it, and what may come. */
export function stepList(view: TaskView, words: BoardWords, labels: Labels): SafeHtml {
  const said = words.visits(view);
  const items = view.execution.stack.map((visit, index) =>
    visitItem(visit, said.visits[index], words, labels),
  );
  const upcoming = said.upcoming.map(
    (text) => html`<li class="visit visit-upcoming">${mrkdwn(text, labels)}</li>`,
  );
  return html`<section class="panel" aria-labelledby="steps-title">
    <h2 id="steps-title">Steps</h2>
    ${items.length + upcoming.length === 0 ? html`<p class="empty">This workflow has no steps.</p>` : html`<ol class="visits">${items}${upcoming}</ol>`}
  </section>`;
}

/** All texts whose mentions are to get names. */
export function textsOfSteps(view: TaskView, words: BoardWords): string[] {
  const { visits, upcoming } = words.visits(view);
  return [...visits.flatMap(({ text, more }) => [text, ...more]), ...upcoming];
}

function visitItem(
  visit: StepExecution,
  said: { text: string; more: string[] } | undefined,
  words: BoardWords,
  labels: Labels,
): SafeHtml {
  const more = said?.more ?? [];
  return html`<li class="visit visit-${visit.status.toLowerCase()}" id="visit-${visit.index}">
    <p class="visit-text">${mrkdwn(said?.text ?? visit.stepName, labels)}</p>
    ${more.length === 0 ? html`` : html`<ul class="visit-more">${more.map((text) => html`<li>${mrkdwn(text, labels)}</li>`)}</ul>`}
    <p class="meta">${stepBadge(visit.type, stepKindWord(visit.type))} ${times(visit)}</p>
    ${runDetails(visit, words, labels)}
    ${outputDetails(visit)}
  </li>`;
}

function times({ scheduledAt, startedAt, endedAt }: StepExecution): SafeHtml {
  const begun = startedAt ?? scheduledAt;
  const end =
    endedAt === null
      ? html``
      : html` · ended ${localTime(endedAt)} · took ${describeSpan(endedAt.getTime() - begun.getTime())}`;
  return html`begun ${localTime(begun)}${end}`;
}

function outputDetails({ output }: StepExecution): SafeHtml {
  if (output === null || (isJsonObject(output) && Object.keys(output).length === 0)) return html``;
  return html`<details><summary>Result</summary><pre tabindex="0">${pretty(output)}</pre></details>`;
}

/** Which models and tools were called, with tokens and errors. */
function runDetails(visit: StepExecution, words: BoardWords, labels: Labels): SafeHtml {
  const { run } = visit;
  if (run === null) return html``;
  const summary = [words.runBy(visit), words.runSummary(visit)].filter((text) => text !== '').join(': ');
  if (run.log.length === 0) return html`<p class="meta">${mrkdwn(summary, labels)}</p>`;
  return html`<details class="run"${visit.status === 'FAILED' ? html` open` : html``}><summary>${mrkdwn(summary, labels)}</summary>
    <ol class="calls">${run.log.map((entry) => callItem(entry, words, labels))}</ol></details>`;
}

/** What was called, what came of it, and below when, with how many tokens and in what time. */
function callItem(entry: JsonObject, words: BoardWords, labels: Labels): SafeHtml {
  const { at, usage, latencyMs, attempt } = entry;
  const { what, result, isFine } = words.call(entry);
  const when = new Date(text(at));
  const facts = [
    Number.isNaN(when.getTime()) ? html`` : localTime(when),
    typeof attempt === 'number' && attempt > 1 ? html` · attempt ${attempt}` : html``,
    isJsonObject(usage)
      ? html` · ${text(usage['promptTokens'])} + ${text(usage['completionTokens'])} tokens`
      : html``,
    typeof latencyMs === 'number' && latencyMs > 0 ? html` · ${Math.round(latencyMs)} ms` : html``,
  ];
  return html`<li${isFine ? html`` : html` class="call-bad"`}>
    <p>${mrkdwn(what, labels)}</p><p class="call-result">${isFine ? html`` : html`⚠ `}${mrkdwn(result, labels)}</p>
    <p class="meta">${facts}</p></li>`;
}

function text(value: JsonValue | Date | undefined): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function pretty(value: JsonValue): string {
  return JSON.stringify(hideSecrets(value), null, 2);
}
