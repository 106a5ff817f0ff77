import type { InputBlock } from '@slack/types';
import { deriveId } from '../../src/domain/ids.ts';
import {
  chooseModel,
  defaultProviderName,
  type ModelChoice,
  type ProviderOffer,
} from '../../src/domain/provider.ts';
import { clip } from '../escape.ts';
import type { FormErrors } from '../form-errors.ts';
import { type FormState, readInput, readText } from '../form-reader.ts';
import { limits } from '../limits.ts';
import { choiceInput, textInput } from './form-inputs.ts';

/** What a model is asked with. What is left out is the provider's own. */
export interface ModelSettings extends ModelChoice {
  temperature?: number | undefined;
  maxTokens?: number | undefined;
}

interface Offer {
  value: string;
  label: string;
  provider: string | undefined;
  /** Undefined: the provider's default. Null: it is typed. */
  model: string | undefined | null;
}

const byDefault = 'default';

/** Ids of the blocks, for errors. */
export function modelBlocks(prefix: string): Record<'model' | 'typed' | 'temperature' | 'maxTokens', string> {
  return {
    model: `${prefix}_model`,
    typed: `${prefix}_model_typed`,
    temperature: `${prefix}_temperature`,
    maxTokens: `${prefix}_max_tokens`,
  };
}

/** Asks for provider and model in one choice; the name of a model is typed where the provider takes any. */
export function modelInputs(
  prefix: string,
  providers: readonly ProviderOffer[],
  { provider, model }: ModelChoice,
): InputBlock[] {
  const blocks = modelBlocks(prefix);
  const offers = offersOf(providers, { provider, model });
  const chosen = findChosen(offers, { provider, model });
  const isTyped = offers.some((offer) => offer.model === null);
  return [
    choiceInput({
      blockId: blocks.model,
      label: 'Model',
      ...(providers.length === 0
        ? { hint: 'No model provider is configured yet. Until one is, such a step waits and says so.' }
        : {}),
      choices: offers.map(({ value, label }) => [value, label] as const),
      initial: chosen?.value ?? byDefault,
    }),
    ...(isTyped
      ? [
          textInput({
            blockId: blocks.typed,
            label: 'Name of the model',
            hint: 'Only where you chose “another model” above.',
            max: 200,
            optional: true,
            initial: chosen?.model === null ? (model ?? '') : '',
          }),
        ]
      : []),
  ];
}

/** Asks how the model is to answer. */
export function samplingInputs(prefix: string, { temperature, maxTokens }: ModelSettings): InputBlock[] {
  const blocks = modelBlocks(prefix);
  return [
    textInput({
      blockId: blocks.temperature,
      label: 'Temperature',
      hint: 'From 0, always much the same answer, to 2, more varied. Empty: as the provider does it.',
      max: 5,
      optional: true,
      initial: temperature === undefined ? '' : String(temperature),
    }),
    textInput({
      blockId: blocks.maxTokens,
      label: 'Tokens at most',
      hint: 'A longer answer is cut, and the step fails. A token is about four letters. Empty: as the provider does it.',
      max: 7,
      optional: true,
      initial: maxTokens === undefined ? '' : String(maxTokens),
    }),
  ];
}

/** The choice as it was made; undefined fields are the defaults. */
export function readModel(
  prefix: string,
  providers: readonly ProviderOffer[],
  before: ModelChoice,
  state: FormState,
  errors: FormErrors,
): { provider: string | undefined; model: string | undefined } {
  const blocks = modelBlocks(prefix);
  const value = readInput(state, blocks.model).selected[0];
  const offer = offersOf(providers, before).find((candidate) => candidate.value === value);
  if (offer === undefined && value !== undefined) {
    errors[blocks.model] = 'This model is no longer offered. Please choose another one.';
  }
  const { provider, model } = offer ?? { provider: undefined, model: undefined };
  const typed = readText(state, blocks.typed);
  if (model === null && typed === '') errors[blocks.typed] = 'Please write the name of the model.';
  if (model !== null && typed !== '') {
    errors[blocks.typed] = 'Choose “another model” above for this name, or leave this empty.';
  }
  return { provider, model: model === null ? typed : model };
}

export function readSampling(
  prefix: string,
  state: FormState,
  errors: FormErrors,
): Pick<ModelSettings, 'temperature' | 'maxTokens'> {
  const blocks = modelBlocks(prefix);
  const temperature = readNumber(state, blocks.temperature);
  if (temperature !== undefined && !(temperature >= 0 && temperature <= 2))
    errors[blocks.temperature] = 'Must be a number from 0 to 2, such as 0.2.';
  const maxTokens = readNumber(state, blocks.maxTokens);
  if (maxTokens !== undefined && !(Number.isInteger(maxTokens) && maxTokens >= 1 && maxTokens <= 1_000_000))
    errors[blocks.maxTokens] = 'Must be a whole number from 1 to 1,000,000.';
  return { temperature, maxTokens };
}

/** "gpt-5 of acme", "the default model", as plain text. */
export function modelWords({ provider, model }: ModelChoice): string {
  const of = provider && provider !== defaultProviderName ? ` of ${provider}` : '';
  if (model) return `${model}${of}`;
  return of === '' ? 'the default model' : `the default model${of}`;
}

function offersOf(providers: readonly ProviderOffer[], now: ModelChoice): Offer[] {
  const own = chooseModel(providers, {});
  const of =
    own.kind === 'chosen' && own.provider.name !== defaultProviderName ? ` of ${own.provider.name}` : '';
  const defaultWords = own.kind === 'chosen' ? ` (${own.model}${of})` : '';
  const offers: Offer[] = [
    { value: byDefault, label: `The default${defaultWords}`, provider: undefined, model: undefined },
    ...providers.flatMap(offersOfProvider),
  ];
  // What is set stays a choice, also where it is no longer configured, or one of very many.
  const label = `${modelWords(now)} (not configured now)`;
  const chosen = findChosen(offers, now) ?? toOffer(now.provider ?? undefined, now.model ?? undefined, label);
  const isShown = offers.slice(0, limits.selectOptions).includes(chosen);
  return isShown
    ? offers.slice(0, limits.selectOptions)
    : [chosen, ...offers.slice(0, limits.selectOptions - 1)];
}

function offersOfProvider({ name, models, defaultModel }: ProviderOffer): Offer[] {
  const isDefault = name === defaultProviderName;
  const other = isDefault ? 'Another model, named below' : `${name}: another model, named below`;
  return [
    ...(defaultModel === null || isDefault
      ? []
      : [toOffer(name, undefined, `${name}: its default (${defaultModel})`)]),
    ...models.map((model) => toOffer(name, model, `${name}: ${model}`)),
    ...(models.length === 0 ? [toOffer(name, null, other)] : []),
  ];
}

function toOffer(provider: string | undefined, model: string | undefined | null, label: string): Offer {
  // Names may be longer than an option's value.
  const value = deriveId('model', provider ?? '', model === null ? 'typed' : `=${model ?? ''}`);
  return { value, label: clip(label, 75), provider, model };
}

function findChosen(offers: readonly Offer[], { provider, model }: ModelChoice): Offer | undefined {
  const isProvider = (offer: Offer): boolean => offer.provider === (provider ?? undefined);
  const exact = offers.find((offer) => isProvider(offer) && offer.model === (model ?? undefined));
  return exact ?? offers.find((offer) => isProvider(offer) && offer.model === null);
}

function readNumber(state: FormState, blockId: string): number | undefined {
  const typed = readText(state, blockId).replace(',', '.');
  if (typed === '') return undefined;
  return /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : Number.NaN;
}
