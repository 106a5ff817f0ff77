import { type Step, isRunStep } from '../../../domain/definition.ts';
import type { Finding, RuleName, Severity } from '../../../domain/finding.ts';
import type { FieldError } from '../../../errors.ts';
import { checkResources } from '../../workflows/check-resources.ts';
import { type LintContext, type ReachedStep, type Rule, reachedSteps } from '../lint-context.ts';

/** Agents, models, tool servers and tools that are named exist where the workflow runs, and tools are given what they ask for. */
export const resourcesThere: Rule = (context) =>
  reachedSteps(context).flatMap((reached) =>
    isRunStep(reached.step) ? checkStep(context, reached, reached.step) : [],
  );

function checkStep({ resources }: LintContext, reached: ReachedStep, step: Step): Finding[] {
  if (resources === null) {
    const what = step.type === 'TOOL' ? 'the tool' : step.type === 'AGENT' ? 'the agent' : 'the model';
    const message = `Whether ${what} that it needs is there is known only where the workflow runs.`;
    return [toFinding(reached, 'undecided', { path: fieldOf(step), message })];
  }
  const { errors, warnings } = checkResources([{ step, index: 0 }], resources);
  return [
    ...errors.map((wrong) => toFinding(reached, 'error', wrong)),
    // A tool server that does not answer leaves it open; a model that is missing is waited for.
    ...warnings.map((wrong) =>
      toFinding(reached, wrong.path.endsWith('/tool') ? 'undecided' : 'warning', wrong),
    ),
  ];
}

function fieldOf({ type }: Step): string {
  if (type === 'AGENT') return 'agentId';
  return type === 'TOOL' ? 'tool' : 'provider';
}

const fixes: Partial<Record<RuleName, string>> = {
  'model-missing': 'Configure the provider, or choose one that is there.',
  'agent-missing': 'Choose another agent.',
  'tool-missing': 'Choose a tool that is there, or configure its server.',
  'tool-arguments': 'Give what the tool asks for, by the names that it uses.',
};

function toFinding({ step, path }: ReachedStep, severity: Severity, wrong: FieldError): Finding {
  const part = wrong.path.replace(/^steps\/\d+\//, '');
  const rule = ruleOf(part);
  const isSentence = /^["\p{Lu}]/u.test(wrong.message);
  const message = isSentence
    ? `"${step.name}": ${wrong.message}`
    : `"${step.name}": ${part} ${wrong.message.replace(/\.$/, '')}.`;
  const fix = severity === 'undecided' ? 'Check it where the workflow runs.' : (fixes[rule] ?? '');
  return { rule, severity, stepName: step.name, part, path, message, fix };
}

function ruleOf(part: string): RuleName {
  if (part === 'agentId') return 'agent-missing';
  if (part === 'provider' || part === 'model') return 'model-missing';
  return part.startsWith('inputsTemplate') ? 'tool-arguments' : 'tool-missing';
}
