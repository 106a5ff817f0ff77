import { createHash } from 'node:crypto';
import { type Definition, isRunStep } from '../../domain/definition.ts';
import { type Finding, summarizeFindings } from '../../domain/finding.ts';
import type { StepResourceSource } from '../../domain/step-resources.ts';
import { AppError } from '../../errors.ts';
import { lintDefinition } from '../lint/lint-definition.ts';

/** Checks whose findings are kept: a card is drawn many times, and its workflow seldom changes. */
const maxKept = 200;

/** Checks workflows where they run, with the agents, models and tools that are there. */
export interface Checker {
  check(definition: Definition): Promise<Finding[]>;
}

export function createChecker(resources: StepResourceSource): Checker {
  const kept = new Map<string, Finding[]>();
  return {
    async check(definition) {
      const { steps, orgId } = definition;
      const toolsOf = steps.flatMap((step) => (step.type === 'TOOL' ? [step.toolServer] : []));
      // Nothing is asked where no step names anything.
      const there = steps.some(isRunStep) ? await resources.read(orgId, { toolsOf }) : null;
      // By what it depends on, rather than by its revision: what is drafted has none of its own yet.
      const subject = JSON.stringify([definition.name, definition.inputsSchema, steps, there]);
      const key = createHash('sha256').update(subject).digest('base64');
      const findings = kept.get(key) ?? lintDefinition(definition, there);
      kept.delete(key);
      kept.set(key, findings);
      if (kept.size > maxKept) kept.delete(kept.keys().next().value ?? '');
      return findings;
    },
  };
}

/** A workflow is not activated, because the check has found errors. */
export class CheckFailed extends AppError {
  readonly findings: readonly Finding[];

  constructor({ name, steps }: Pick<Definition, 'name' | 'steps'>, findings: readonly Finding[]) {
    const errors = findings.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    const message = `"${name}" was not activated, because its check has found ${summarizeFindings(errors) ?? 'errors'}. ${first?.message ?? ''} ${first?.fix ?? ''}`;
    super('check-failed', 409, message.trim(), {
      fields: errors.map(({ stepName, part, message: text }) => {
        const index = steps.findIndex((step) => step.name === stepName);
        return {
          path: index === -1 ? '' : [`steps/${index}`, ...(part === null ? [] : [part])].join('/'),
          message: text,
        };
      }),
    });
    this.findings = findings;
  }
}

/** @throws CheckFailed when the findings have errors */
export function requireNoErrors(
  definition: Pick<Definition, 'name' | 'steps'>,
  findings: readonly Finding[],
): void {
  if (findings.some(({ severity }) => severity === 'error')) throw new CheckFailed(definition, findings);
}
