import type { Definition } from '../../../domain/definition.ts';
import type { ScenarioResult } from '../../../domain/rehearsal.ts';
import { describeScenario, summarizeScenarios } from '../../../domain/scenario-words.ts';
import type { BoardAuthoring } from '../board-authoring.ts';
import { html, type SafeHtml } from '../html.ts';
import { icon } from '../icons.ts';
import type { Labels } from '../mrkdwn.ts';
import { withNames } from './findings.ts';

export interface ScenariosOptions {
  definition: Definition;
  scenarios: readonly ScenarioResult[];
  authoring: Pick<BoardAuthoring, 'check'>;
  /** Of the people whom they name by their ids. */
  labels: Labels;
}

/** How the workflow's scenarios end as it is now, those that fail first; nothing where there are none. */
export function scenariosPart(options: ScenariosOptions): SafeHtml {
  const { scenarios } = options;
  const summary = summarizeScenarios(scenarios);
  if (summary === null) return html``;
  const passing = scenarios.filter(({ passed }) => passed);
  const failing = scenarios.filter(({ passed }) => !passed);
  const chip =
    failing.length === 0
      ? html`<span class="chip chip-good">${icon('done')} ${summary}</span>`
      : html`<span class="chip chip-bad">${icon('stop')} ${summary}</span>`;
  return html`<section class="panel" id="scenarios" aria-labelledby="scenarios-title">
    <div class="panel-head"><h2 id="scenarios-title">Scenarios</h2>${chip}</div>
    <ul class="findings">${[...failing, ...passing].map((result) => scenarioItem(options, result))}</ul></section>`;
}

function scenarioItem({ definition, authoring, labels }: ScenariosOptions, result: ScenarioResult): SafeHtml {
  const { name, passed } = result;
  const says = withNames(describeScenario(authoring.check.scenario(definition, result)), labels);
  const chip = passed
    ? html`<span class="chip chip-good">Passes</span>`
    : html`<span class="chip chip-bad">Fails</span>`;
  return html`<li class="finding ${passed ? '' : 'finding-error'}"><div class="finding-about">
    <p>${chip} ${name}</p><p class="meta">${says}</p></div></li>`;
}
