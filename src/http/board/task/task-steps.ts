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
    <div class="table-frame" tabindex="0" role="region" aria-label="Calls of this step"><table>
      <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Tokens</th><th scope="col">Took</th><th scope="col">Result</th></tr></thead>
      <tbody>${run.log.map(callRow)}</tbody>
    </table></div></details>`;
}

function callRow(entry: JsonObject): SafeHtml {
  const { at, kind, model, provider, server, tool, usage, latencyMs, error, outcome, finishReason, attempt } =
    entry;
  const what = kind === 'model' ? `${text(model)} (${text(provider)})` : `${text(tool)} of ${text(server)}`;
  const tokens = isJsonObject(usage)
    ? `${text(usage['promptTokens'])} + ${text(usage['completionTokens'])}`
    : '–';
  const result = isJsonObject(error) ? text(error['message']) : text(outcome ?? finishReason ?? 'done');
  const when = new Date(text(at));
  return html`<tr${isJsonObject(error) ? html` class="row-bad"` : html``}>
    <td>${Number.isNaN(when.getTime()) ? '–' : localTime(when)}</td>
    <td>${what}${typeof attempt === 'number' && attempt > 1 ? `, attempt ${attempt}` : ''}</td>
    <td>${tokens}</td><td>${typeof latencyMs === 'number' ? `${Math.round(latencyMs)} ms` : '–'}</td><td>${result}</td></tr>`;
}

function text(value: JsonValue | Date | undefined): string {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

export function pretty(value: JsonValue): string {
  return JSON.stringify(hideSecrets(value), null, 2);
}
