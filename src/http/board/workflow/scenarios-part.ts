import type { ScenarioResult } from '../../../domain/rehearsal.ts';
import { describeScenario, summarizeScenarios } from '../../../domain/scenario-words.ts';
import { html, type SafeHtml } from '../html.ts';
import { icon } from '../icons.ts';

/** How the workflow's scenarios end as it is now, those that fail first; nothing where there are none. */
export function scenariosPart(results: readonly ScenarioResult[]): SafeHtml {
  const summary = summarizeScenarios(results);
  if (summary === null) return html``;
  const passing = results.filter(({ passed }) => passed);
  const failing = results.filter(({ passed }) => !passed);
  const chip =
    failing.length === 0
      ? html`<span class="chip chip-good">${icon('done')} ${summary}</span>`
      : html`<span class="chip chip-bad">${icon('stop')} ${summary}</span>`;
  return html`<section class="panel" id="scenarios" aria-labelledby="scenarios-title">
    <div class="panel-head"><h2 id="scenarios-title">Scenarios</h2>${chip}</div>
    <ul class="findings">${[...failing, ...passing].map(scenarioItem)}</ul></section>`;
}

function scenarioItem(result: ScenarioResult): SafeHtml {
  const { name, passed } = result;
  const chip = passed
    ? html`<span class="chip chip-good">Passes</span>`
    : html`<span class="chip chip-bad">Fails</span>`;
  return html`<li class="finding ${passed ? '' : 'finding-error'}"><div class="finding-about">
    <p>${chip} ${name}</p><p class="meta">${describeScenario(result)}</p></div></li>`;
}
