import { html, type SafeHtml } from '../html.ts';

/** "How workflows work", to be opened by whoever wants to know. */
export function explainer(): SafeHtml {
  return html`<details class="panel explainer"><summary>How workflows work</summary>
    <ol>
      <li><strong>Steps</strong> are done one after the other, each by a person, a prompt, an agent or a tool. A task is at one step at a time.</li>
      <li><strong>Handoffs</strong> say where a step leads: a decision’s buttons, or what came out of it. Without handoffs the next step in the list comes next, and after the last one the task is complete.</li>
      <li><strong>Inputs</strong> are what somebody fills in to start a task. Steps use them, and what earlier steps left, in double braces: <code>{{inputs.amount}}</code>, <code>{{steps.check.output.risk}}</code>.</li>
      <li><strong>Changes</strong> make a new revision. Tasks that are running go on with theirs; new ones take the new one.</li>
      <li><strong>Paused</strong> workflows start no new tasks. Those that are running go on.</li>
    </ol></details>`;
}
