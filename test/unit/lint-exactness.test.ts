import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Definition } from '../../src/domain/definition.ts';
import type { Finding, RuleName } from '../../src/domain/finding.ts';
import { checkDefinition } from '../../src/engine/workflows/check-definition.ts';
import { findReached } from '../../src/engine/lint/find-paths.ts';
import { lintDefinition } from '../../src/engine/lint/lint-definition.ts';
import { buildGraph } from '../../src/engine/lint/workflow-graph.ts';
import { type Explored, explore } from '../support/lint/explore.ts';
import { lintableWorkflow, stepReadIn } from '../support/lint/lintable-arbitrary.ts';

function isSaved(definition: Definition): boolean {
  try {
    checkDefinition(definition);
    return true;
  } catch {
    return false;
  }
}

function stepsWith(findings: readonly Finding[], ...rules: RuleName[]): string[] {
  const found = findings.filter(({ rule, severity }) => severity === 'error' && rules.includes(rule));
  return [...new Set(found.map(({ stepName }) => stepName ?? ''))].toSorted();
}

function stepsFailedWith({ failures }: Explored, code: string): string[] {
  return [...failures].flatMap(([name, codes]) => (codes.has(code) ? [name] : [])).toSorted();
}

function sorted(names: Iterable<string>): string[] {
  return [...names].toSorted();
}

describe('the check of random workflows, against everything that their tasks can do', {
  timeout: 180_000,
}, () => {
  it('knows each handoff that can be taken, each step that is reached, and each that cannot end', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(lintableWorkflow({ reads: false }), async (workflow) => {
        fc.pre(isSaved(workflow));
        const explored = await explore(workflow, null);
        fc.pre(explored !== null);
        compared += 1;
        const graph = buildGraph(workflow);
        const reached = findReached(graph);
        expect(sorted(reached.keys())).toEqual(sorted(explored.reached));
        const taken = graph.edges.filter(({ from }) => reached.has(from.name));
        expect(sorted(new Set(taken.map(({ from, to }) => `${from.name} -> ${to}`)))).toEqual(
          sorted(explored.edges),
        );
        const findings = lintDefinition(workflow);
        expect(
          findings.filter(({ severity, rule }) => severity === 'undecided' && rule !== 'model-missing'),
        ).toEqual([]);
        expect(stepsWith(findings, 'outcome-without-handoff', 'values-not-covered')).toEqual(
          stepsFailedWith(explored, 'no-handoff-matched'),
        );
        const hasTrap = [...explored.reached].some(
          (name) =>
            !explored.ending.has(name) && [...explored.edges].some((edge) => edge.startsWith(`${name} -> `)),
        );
        const isStuck = stepsWith(findings, 'never-completes').length > 0;
        if (isStuck) expect(hasTrap).toBe(true);
        if (hasTrap && stepsFailedWith(explored, 'no-handoff-matched').length === 0)
          expect(isStuck).toBe(true);
      }),
      { numRuns: 100, seed: 3 },
    );
    expect(compared).toBeGreaterThan(40);
  });

  it('knows each template whose value can be missing when the step is begun', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(lintableWorkflow({ reads: true }), async (workflow) => {
        fc.pre(isSaved(workflow));
        const explored = await explore(workflow, stepReadIn(workflow));
        fc.pre(explored !== null);
        compared += 1;
        expect(stepsWith(lintDefinition(workflow), 'value-missing')).toEqual(
          stepsFailedWith(explored, 'template-value-missing'),
        );
      }),
      { numRuns: 100, seed: 5 },
    );
    expect(compared).toBeGreaterThan(40);
  });
});
