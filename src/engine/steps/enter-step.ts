import type { Step } from '../../domain/definition.ts';
import { inputsTemplateOf } from '../../domain/definition.ts';
import type { Failure } from '../../domain/execution.ts';
import type { JsonObject } from '../../domain/json.ts';
import { TemplateValueMissing, renderDeep } from '../../domain/template.ts';
import type { Draft } from '../draft.ts';
import { enterAsk } from './ask.ts';
import type { Entered } from './entered.ts';
import { enterRun } from './run.ts';
import { enterWait } from './wait.ts';

/** Begins the newest step execution: renders its inputs, sets its timers, asks whom it must ask. */
export function enterStep(draft: Draft, step: Step): Entered {
  try {
    const { context } = draft.execution;
    const inputs = renderDeep(inputsTemplateOf(step), context, draft.definition.inputsSchema) as JsonObject;
    draft.updateCurrent({ inputs, status: 'STARTED', startedAt: draft.now });
    draft.update({
      context: {
        ...context,
        steps: {
          ...context.steps,
          [step.name]: { inputs, output: null, condition: null, actor: null, comment: null },
        },
      },
    });
    return enterByType(draft, step);
  } catch (error) {
    if (error instanceof TemplateValueMissing)
      return { kind: 'failed', failure: explainMissing(step, error) };
    throw error;
  }
}

function enterByType(draft: Draft, step: Step): Entered {
  switch (step.type) {
    case 'USER_MESSAGE':
    case 'HUMAN':
      return enterAsk(draft, step);
    case 'PROMPT':
    case 'AGENT':
    case 'TOOL':
      return enterRun(draft);
    case 'WAIT':
      return enterWait(draft, step);
  }
}

function explainMissing(step: Step, error: TemplateValueMissing): Failure {
  return {
    code: 'template-value-missing',
    message: `The step "${step.name}" needs "${error.path}", and this task has no such value.`,
    data: { path: error.path },
  };
}
