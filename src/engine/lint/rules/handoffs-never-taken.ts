import { type Handoff, defaultCondition } from '../../../domain/definition.ts';
import type { Finding } from '../../../domain/finding.ts';
import type { JsonObject, JsonValue } from '../../../domain/json.ts';
import { type Found, better, fitting, meetsAll, none } from '../../../domain/satisfy/schema-literal.ts';
import { type WorkBudget, WorkUsedUp } from '../../../domain/work-budget.ts';
import type { Exit } from '../exits.ts';
import { type LintContext, type ReachedStep, type Rule, reachedSteps } from '../lint-context.ts';
import { edgesFrom, find, isCertain } from '../workflow-graph.ts';

/** Every condition can be met at all, and no handoff is hidden behind an earlier one. */
export const handoffsNeverTaken: Rule = (context) =>
  reachedSteps(context).flatMap((reached) =>
    (reached.step.handoffs ?? []).flatMap((handoff, index) => {
      // One that is there for whatever else may come need not ever be needed.
      if (handoff.condition === defaultCondition) return [];
      return explain(context, reached, handoff, index) ?? [];
    }),
  );

function explain(
  { graph }: LintContext,
  { step, path }: ReachedStep,
  handoff: Handoff,
  index: number,
): Finding | null {
  const taken = edgesFrom(graph, step.name).filter((edge) => edge.handoff === handoff);
  if (taken.some(isCertain)) return null;
  const base = { stepName: step.name, part: `handoffs/${index}`, path } as const;
  const { condition } = handoff;
  const match = findMatch(graph.exits.get(step.name) ?? [], handoff, graph.budget);
  const open = [...taken.map(({ found }) => found), match.found].find(({ kind }) => kind === 'undecided');
  if (open?.kind === 'undecided') {
    return {
      ...base,
      rule: 'condition-impossible',
      severity: 'undecided',
      message: `Whether "${condition}" of "${step.name}" can ever be met cannot be decided: ${open.why}.`,
      fix: 'Write the condition with const, enum, bounds and required, or try it with an example.',
    };
  }
  if (match.found.kind !== 'found') {
    return {
      ...base,
      rule: 'condition-impossible',
      severity: 'error',
      message: explainImpossible(step.name, handoff),
      fix: 'Change the condition or the output schema, or delete the handoff.',
    };
  }
  const earlier = (step.handoffs ?? [])
    .slice(0, index)
    .find((other) =>
      takes(other, match.exit, match.found.kind === 'found' ? match.found.value : null, graph.budget),
    );
  return {
    ...base,
    rule: 'handoff-shadowed',
    severity: 'error',
    message: `"${condition}" of "${step.name}" is never taken: whatever it matches, ${earlier === undefined ? 'earlier handoffs take' : `"${earlier.condition}" takes`} before it.`,
    fix: 'Move it up, make the earlier one narrower, or delete it.',
  };
}

function explainImpossible(stepName: string, { condition, when }: Handoff): string {
  return when === undefined
    ? `Nothing that comes out of "${stepName}" can be named "${condition}".`
    : `No output that "${stepName}" can have meets "${condition}".`;
}

/** What the handoff would match if there were none before it. */
function findMatch(
  exits: readonly Exit[],
  { condition, when }: Handoff,
  budget: WorkBudget,
): { exit: Exit | null; found: Found } {
  let best: { exit: Exit | null; found: Found } = { exit: null, found: none };
  for (const exit of exits) {
    const found = matchOf(exit, condition, when as JsonObject | undefined, budget);
    if (better(best.found, found) === found && found.kind !== 'none') best = { exit, found };
    if (best.found.kind === 'found') break;
  }
  return best;
}

function matchOf(exit: Exit, condition: string, when: JsonObject | undefined, budget: WorkBudget): Found {
  if (when === undefined) return exit.outcome === condition ? find(exit.output, [], budget) : none;
  return exit.output === null ? none : find(exit.output, [fitting(when)], budget);
}

function takes(
  { condition, when }: Handoff,
  exit: Exit | null,
  output: JsonValue,
  budget: WorkBudget,
): boolean {
  if (when === undefined) return condition === exit?.outcome;
  try {
    return output !== null && meetsAll(output, [fitting(when as JsonObject)], budget);
  } catch (error) {
    if (!(error instanceof WorkUsedUp)) throw error;
    return false;
  }
}
