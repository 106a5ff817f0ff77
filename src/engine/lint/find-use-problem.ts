import { type Definition, type Step, findStepByName } from '../../domain/definition.ts';
import type { PathPart } from '../../domain/finding.ts';
import type { JsonObject } from '../../domain/json.ts';
import { findValue } from '../../domain/satisfy/find-value.ts';
import { type SchemaLiteral, fitting, notFitting } from '../../domain/satisfy/schema-literal.ts';
import { isOptionalInput } from '../../domain/template.ts';
import type { TemplateUse, UsePart } from '../../domain/template-uses.ts';
import { WorkUsedUp } from '../../domain/work-budget.ts';
import { toPathPart } from './describe-edge.ts';
import { type EdgeVerdict, findMissing } from './find-missing.ts';
import { toPath } from './find-paths.ts';
import { fitUse } from './fit-use.ts';
import type { LintContext, ReachedStep } from './lint-context.ts';
import { factsAfter, factsWithin, isSection, sections } from './step-facts.ts';

/** What a template asks of a value. */
export interface Wanted {
  use: TemplateUse;
  end: JsonObject;
  mayBeEmpty: boolean;
  /** True where the step itself is a part of the context. */
  seesItself: boolean;
}

/** Why a value cannot be read on some way. `why` is a sentence without its full stop. */
export interface UseProblem {
  isCertain: boolean;
  path: PathPart[];
  why: string;
}

/** A way on which the value is not there, or not what is wanted; null when it is right on every way. */
export function findUseProblem(
  context: LintContext,
  reached: ReachedStep,
  wanted: Wanted,
): UseProblem | null {
  const way = [...wanted.use.scope, ...wanted.use.parts];
  const [root] = way;
  if (root === undefined) return null;
  if (root !== 'each' && root.name === 'inputs') return findInputProblem(context, reached, wanted, way);
  if (root !== 'each' && root.name === 'steps') {
    try {
      return findStepProblem(context, reached, wanted, way);
    } catch (error) {
      if (!(error instanceof WorkUsedUp)) throw error;
      return { isCertain: false, path: reached.path, why: error.words };
    }
  }
  return { isCertain: true, path: reached.path, why: 'values start with "inputs." or "steps."' };
}

function findInputProblem(
  { graph }: LintContext,
  { path }: ReachedStep,
  wanted: Wanted,
  way: readonly UsePart[],
): UseProblem | null {
  const { inputsSchema } = graph.definition;
  const names = way.slice(0, way.indexOf('each') === -1 ? way.length : way.indexOf('each'));
  const isOptional = (index: number): boolean =>
    isOptionalInput(namesOf(names).slice(0, index + 2), inputsSchema) && index + 1 < names.length;
  const good = fitUse(readingOf(wanted, way, 1, isOptional));
  const found = findValue(
    [fitting(inputsSchema), fitting({ type: 'object' }), notFitting(good)],
    graph.budget,
  );
  if (found.kind === 'none') return null;
  if (found.kind === 'undecided') return { isCertain: false, path, why: found.why };
  const example = JSON.stringify(found.value).slice(0, 200).toWellFormed();
  return { isCertain: true, path, why: `the inputs schema allows a task with the inputs ${example}` };
}

function findStepProblem(
  context: LintContext,
  reached: ReachedStep,
  wanted: Wanted,
  way: readonly UsePart[],
): UseProblem | null {
  const [, giverPart, sectionPart] = way;
  if (giverPart === undefined) return null;
  if (giverPart === 'each' || sectionPart === 'each')
    return { isCertain: false, path: reached.path, why: 'it goes over all steps, which is not followed' };
  const { definition } = context.graph;
  const giver = findStepByName(definition, giverPart.name);
  if (giver === undefined)
    return { isCertain: true, path: reached.path, why: explainNoStep(definition, giverPart.name) };
  const section = sectionPart?.name ?? null;
  if (section !== null && !isSection(section)) {
    const why = `a step leaves ${sections.join(', ')}, and no "${section}"`;
    return { isCertain: true, path: reached.path, why };
  }
  const good = fitUse(readingOf(wanted, way, 3, () => false));
  const judge = (facts: readonly SchemaLiteral[]): EdgeVerdict => {
    const found = findValue([...facts, notFitting(good)], context.graph.budget);
    return found.kind === 'none' ? 'there' : found.kind === 'found' ? 'missing' : 'unsure';
  };
  if (giver.name === reached.step.name && wanted.seesItself) {
    const verdict = section === null ? 'there' : judge(factsWithin(giver, section));
    const isCertain = verdict === 'missing';
    return verdict === 'there' ? null : { isCertain, path: reached.path, why: 'the step has not ended yet' };
  }
  return findOnWays(context, reached, { giver, section, wanted, judge });
}

interface Given {
  giver: Step;
  section: (typeof sections)[number] | null;
  wanted: Wanted;
  judge: (facts: readonly SchemaLiteral[]) => EdgeVerdict;
}

function findOnWays(
  { graph }: LintContext,
  { step }: ReachedStep,
  { giver, section, wanted, judge }: Given,
): UseProblem | null {
  const isUnvisitedFine = wanted.use.scope.length > 1;
  const verdicts = new Map<unknown, EdgeVerdict>();
  const missing = findMissing(graph, { giver: giver.name, user: step.name, isUnvisitedFine }, (edge) => {
    if (section === null) return 'there';
    const verdict = verdicts.get(edge) ?? judge(factsAfter(edge, section));
    verdicts.set(edge, verdict);
    return verdict;
  });
  if (missing === null) return null;
  const why =
    missing.cause === null
      ? `"${giver.name}" has not been visited on this way`
      : `${explainCause(toPathPart(missing.cause).taken)}, "${giver.name}" leaves no such value`;
  return { isCertain: missing.isCertain, path: toPath(missing.way, step.name), why };
}

function explainCause(taken: string | null): string {
  return taken === null ? 'on this way' : `when ${taken}`;
}

/** `header`: so many parts name the place in the context where the schema begins. */
function readingOf(
  { use, end, mayBeEmpty }: Wanted,
  way: readonly UsePart[],
  header: number,
  isOptional: (index: number) => boolean,
): Parameters<typeof fitUse>[0] {
  const asked = Math.max(0, ...use.asked.filter((one) => isPrefix(one, way)).map((one) => one.length));
  return {
    parts: way.slice(header),
    lenient: Math.max(use.scope.length, use.isRoot ? 0 : asked) - header,
    isFilled: use.isRoot,
    isOptional,
    mayEndMissing: use.mayEndMissing,
    end,
    mayBeEmpty,
  };
}

function isPrefix(one: readonly UsePart[], way: readonly UsePart[]): boolean {
  return one.every((part, index) => JSON.stringify(part) === JSON.stringify(way[index]));
}

function namesOf(parts: readonly UsePart[]): string[] {
  return parts.flatMap((part) => (part === 'each' ? [] : [part.name]));
}

function explainNoStep({ steps }: Definition, name: string): string {
  return `there is no step "${name}"; there are ${steps.map((step) => step.name).join(', ')}`;
}
