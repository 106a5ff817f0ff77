import type { Finding } from '../../../domain/finding.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { type TemplateUse, readTemplate } from '../../../domain/template-uses.ts';
import { type UseProblem, findUseProblem } from '../find-use-problem.ts';
import { type LintContext, type ReachedStep, type Rule, reachedSteps } from '../lint-context.ts';
import { type StepTemplate, templatesOf } from '../templates-of.ts';

const anything: JsonObject = {};
/** A number or an object printed as text names nobody. */
const namesPeople: JsonObject = { type: ['string', 'array', 'null'] };
const isAnyText: JsonObject = { type: 'string' };
const isTime: JsonObject = { type: 'string', anyOf: [{ format: 'date-time' }, { format: 'date' }] };

/** Templates read only what is there on every way that leads to them, and what can be used as they use it. */
export const valuesThere: Rule = (context) =>
  reachedSteps(context).flatMap((reached) =>
    templatesOf(reached.step).flatMap((template) => checkTemplate(context, reached, template)),
  );

function checkTemplate(context: LintContext, reached: ReachedStep, template: StepTemplate): Finding[] {
  const { uses, whole, isUnclear } = readTemplate(template.text);
  const base = { stepName: reached.step.name, part: template.part } as const;
  const findings: Finding[] = [];
  if (isUnclear) {
    findings.push({
      ...base,
      rule: 'value-missing',
      severity: 'undecided',
      path: reached.path,
      message: `What "${reached.step.name}" reads in ${partWords(template.part)} is named in a way that is not followed here.`,
      fix: 'Read the values by their full names, without "as |name|".',
    });
  }
  const distinct = new Map(uses.map((use) => [`${JSON.stringify(use.scope)} ${use.text}`, use]));
  for (const use of distinct.values()) {
    const wanted = { use, end: anything, mayBeEmpty: true, seesItself: template.seesItself };
    const problem = findUseProblem(context, reached, wanted);
    if (problem !== null) findings.push({ ...base, ...explainMissing(reached, template, use, problem) });
    else if (use === whole) findings.push(...checkType(context, reached, template, use));
  }
  return findings;
}

type Told = Omit<Finding, 'stepName' | 'part'>;

function explainMissing(
  { step }: ReachedStep,
  { part }: StepTemplate,
  use: TemplateUse,
  { isCertain, path, why }: UseProblem,
): Told {
  const reads = `"${step.name}" reads {{${use.text}}} in ${partWords(part)}`;
  if (!isCertain || use.isGuarded) {
    const unsure = isCertain ? `${why}, and whether it is read then depends on an "if"` : why;
    return {
      rule: 'value-missing',
      severity: 'undecided',
      path,
      message: `${reads}. Whether it is always there cannot be decided: ${unsure}.`,
      fix: 'Require it in the schema that it comes from.',
    };
  }
  return {
    rule: 'value-missing',
    severity: 'error',
    path,
    message: `${reads}, and it is not always there: ${why}. The task then stops as failed.`,
    fix: use.text.startsWith('inputs')
      ? 'List it in the inputs schema: required, or optional to be left empty.'
      : 'Read only what every way to this step leaves, or require it in the output schema of that step.',
  };
}

/** What a text becomes asks more of the one value that it consists of. */
function checkType(
  context: LintContext,
  reached: ReachedStep,
  { gives, part, seesItself }: StepTemplate,
  use: TemplateUse,
): Finding[] {
  if (gives === 'text') return [];
  const isWhen = gives === 'time';
  const ask = (end: JsonObject): UseProblem | null =>
    findUseProblem(context, reached, { use, end, mayBeEmpty: !isWhen, seesItself });
  const base = { rule: 'value-of-wrong-type', stepName: reached.step.name, part } as const;
  const wrong = ask(isWhen ? isAnyText : namesPeople);
  const names = isWhen ? 'a time' : 'somebody';
  const reads = `"${reached.step.name}" takes {{${use.text}}} in ${partWords(part)} for ${names}`;
  if (wrong !== null) {
    return [
      {
        ...base,
        severity: wrong.isCertain ? 'error' : 'undecided',
        path: wrong.path,
        message: `${reads}, and it may be something else: ${wrong.why}.`,
        fix: `Give a text there, and say so in the schema: ${isWhen ? '"type": "string", "format": "date-time"' : '"type": "string"'}.`,
      },
    ];
  }
  const open = isWhen ? ask(isTime) : null;
  if (open === null) return [];
  return [
    {
      ...base,
      severity: 'undecided',
      path: open.path,
      message: `${reads}, and nothing says that it is one: another text stops the task as failed.`,
      fix: 'Say so in the schema that it comes from: "format": "date-time".',
    },
  ];
}

/** The part of a step as people call it. */
function partWords(part: string): string {
  const [field = '', ...inner] = part.split('/');
  switch (field) {
    case 'inputsTemplate':
      return inner[0] === 'arguments' ? `its argument ${inner.slice(1).join('/')}` : `its ${inner.join('/')}`;
    case 'assignee':
    case 'assignees':
      return 'whom it asks';
    case 'approvers':
      return 'its approvers';
    case 'deadline':
      return 'whom it escalates to';
    case 'until':
      return 'its time';
    default:
      return `the field ${inner.join('/')}`;
  }
}
