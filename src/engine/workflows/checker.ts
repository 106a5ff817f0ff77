import { type Definition, isRunStep } from '../../domain/definition.ts';
import { type Finding, summarizeFindings } from '../../domain/finding.ts';
import type { StepResourceSource } from '../../domain/step-resources.ts';
import { AppError } from '../../errors.ts';
import { lintDefinition } from '../lint/lint-definition.ts';

/** Checks workflows where they run, with the agents, models and tools that are there. */
export interface Checker {
  check(definition: Definition): Promise<Finding[]>;
}

export function createChecker(resources: StepResourceSource): Checker {
  return {
    async check(definition) {
      const { steps, orgId } = definition;
      const toolsOf = steps.flatMap((step) => (step.type === 'TOOL' ? [step.toolServer] : []));
      // Nothing is asked where no step names anything.
      const there = steps.some(isRunStep) ? await resources.read(orgId, { toolsOf }) : null;
      return lintDefinition(definition, there);
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
