import type { ExecutionEvent } from '../../../domain/event.ts';
import type { BoardWords } from '../board-words.ts';
import { eventWords } from '../event-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { type Labels, localTime, mrkdwn } from '../mrkdwn.ts';
import { pretty } from './task-steps.ts';

/** Everything that happened, newest last, as the log keeps it. */
export function taskLog(events: readonly ExecutionEvent[], words: BoardWords, labels: Labels): SafeHtml {
  const rows = events.map(
    ({ seq, createdAt, type, stepName, actor, data }) => html`<tr>
      <td>${seq}</td><td>${localTime(createdAt)}</td>
      <td>${eventWords(type)}${stepName === null ? html`` : html` <code>${stepName}</code>`}</td>
      <td>${mrkdwn(words.mention(actor), labels)}</td>
      <td>${Object.keys(data).length === 0 ? html`` : html`<details><summary>Details</summary><pre tabindex="0">${pretty(data)}</pre></details>`}</td></tr>`,
  );
  return html`<details class="panel log" id="log"><summary><h2>Log <span class="count">${events.length}</span></h2></summary>
    <div class="table-frame" tabindex="0" role="region" aria-label="The log of this task"><table>
      <thead><tr><th scope="col">No.</th><th scope="col">When</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Details</th></tr></thead>
      <tbody>${rows}</tbody></table></div></details>`;
}
