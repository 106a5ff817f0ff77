import { isRunStep, type Step } from '../../src/domain/definition.ts';
import { inline } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import {
  type ModelSettings,
  modelInputs,
  modelWords,
  readModel,
  readSampling,
  samplingInputs,
} from './model-input.ts';
import { resourcesOf, type StepPartForm, withField } from './step-part.ts';

const prefix = 'prompt';

/** Which model answers a prompt, and how. */
export const modelPart: StepPartForm = {
  label: 'Model',
  title: 'Model',
  appliesTo: ({ type }) => type === 'PROMPT',
  summary: ({ step }) => {
    const settings = settingsOf(step);
    const { temperature, maxTokens } = settings;
    const more = [
      ...(temperature === undefined ? [] : [`temperature ${temperature}`]),
      ...(maxTokens === undefined ? [] : [`at most ${maxTokens} tokens`]),
    ];
    return [`Answered by ${inline(modelWords(settings))}`, ...more].join(', ');
  },
  blocks: (context) => {
    const settings = settingsOf(context.step);
    return [
      ...modelInputs(prefix, resourcesOf(context).providers, settings),
      ...samplingInputs(prefix, settings),
    ];
  },
  read: (context, state) => {
    const errors: FormErrors = {};
    const before = settingsOf(context.step);
    const { provider, model } = readModel(prefix, resourcesOf(context).providers, before, state, errors);
    const { temperature, maxTokens } = readSampling(prefix, state, errors);
    const fields = { provider, model, temperature, maxTokens };
    const step = Object.entries(fields).reduce<Step>(
      (changed, [field, value]) => withField(changed, field, value),
      context.step,
    );
    return { step, errors };
  },
};

function settingsOf(step: Step): ModelSettings {
  return isRunStep(step) && step.type === 'PROMPT' ? step : {};
}
