import type { ScenarioResult } from './rehearsal.ts';

/** `All 3 scenarios pass`, `1 of 3 scenarios fails`; null when there are none. */
export function summarizeScenarios(results: readonly ScenarioResult[]): string | null {
  const failing = results.filter(({ passed }) => !passed).length;
  switch (results.length) {
    case 0:
      return null;
    case 1:
      return failing === 0 ? 'Its scenario passes' : 'Its scenario fails';
    default:
      return failing === 0
        ? `All ${results.length} scenarios pass`
        : `${failing} of ${results.length} scenarios ${failing === 1 ? 'fails' : 'fail'}`;
  }
}

/** How a scenario ends now, and before that what is wrong with it; plain text. */
export function describeScenario({ passed, problem, end }: ScenarioResult): string {
  const ended =
    end === null
      ? 'not started'
      : `${end.status.toLowerCase()}, by way of ${end.path.join(' → ') || 'no step'}`;
  return passed ? ended : `${problem ?? ''} (${ended})`;
}

/** All of them for a terminal, one line each, after an empty one; nothing when there are none. */
export function scenarioLines(results: readonly ScenarioResult[]): string[] {
  const summary = summarizeScenarios(results);
  if (summary === null) return [];
  const lines = results.map(
    (result) => `  ${result.passed ? 'passes' : 'FAILS'}  ${result.name}: ${describeScenario(result)}`,
  );
  return ['', `${summary}:`, ...lines];
}
