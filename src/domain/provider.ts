import { z } from 'zod';

/** The provider that `OPENAI_*` describes, and the one of a step that names none. */
export const defaultProviderName = 'default';

/** An OpenAI-compatible endpoint with a limit on parallel calls. */
export interface ModelProvider {
  readonly name: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** `null` for an endpoint that asks for no key. Never logged. */
  readonly apiKey: string | null;
  /** The models that may be used, the first by default. Empty: any, and each step names its own. */
  readonly models: readonly string[];
  /** The model of a step that names none; `null`: each step names its model. */
  readonly defaultModel: string | null;
  /** Calls in flight at one time, over all processes. Minimum 1. */
  readonly maxParallel: number;
}

const name = /^[a-zA-Z0-9_-]{1,63}$/;
/** The form of an environment variable's name; a key that was put there by mistake seldom has it. */
export const environmentName: RegExp = /^[A-Z_][A-Z0-9_]{0,127}$/;

/** One entry of the setting `PROVIDERS`. `apiKeyEnv` names the variable that holds the key. Default `maxParallel`: 4. */
export const ProviderSetting = z.strictObject({
  name: z
    .string()
    .regex(name, 'must be 1 to 63 letters, digits, - or _')
    .refine((text) => text !== defaultProviderName, 'must not be "default", which OPENAI_* describes'),
  baseUrl: z.string().refine(isHttpUrl, {
    error: 'must be a URL that begins with http:// or https://, without a query, a fragment or a password',
  }),
  apiKeyEnv: z
    .string()
    .regex(environmentName, 'must be the name of an environment variable (capital letters, digits and _)')
    .optional(),
  models: z
    .array(z.string().trim().min(1, 'must not be empty').max(200))
    .min(1, 'must name a model, or be left out')
    .max(100)
    .optional(),
  maxParallel: z.number().int().min(1).max(9999).default(4),
});
export type ProviderSetting = z.infer<typeof ProviderSetting>;

/** What a step asks for. Absent or null: the default. */
export interface ModelChoice {
  provider?: string | null | undefined;
  model?: string | null | undefined;
}

/** What of a provider is looked at to choose a model: nothing of how it is reached. */
export type ProviderOffer = Pick<ModelProvider, 'name' | 'models' | 'defaultModel'>;

/** A provider and a model of it, or why there is none: `message` is for people. */
export type ChosenModel<Provider = ModelProvider> =
  | { kind: 'chosen'; provider: Provider; model: string }
  | {
      kind: 'missing';
      reason: 'no-provider' | 'unknown-provider' | 'no-model' | 'unknown-model';
      message: string;
    };

/**
 * The provider and model that a step asks for. A step that names no provider gets the default one, or
 * the only one that there is.
 */
export function chooseModel<Provider extends ProviderOffer>(
  providers: readonly Provider[],
  choice: ModelChoice,
): ChosenModel<Provider> {
  const provider = findProvider(providers, choice.provider ?? null);
  if (provider === undefined) return explainNoProvider(providers, choice.provider ?? null);
  const model = choice.model ?? provider.defaultModel;
  if (model === null) {
    const message = `The provider "${provider.name}" has no default model: name one in the step, or set OPENAI_MODEL or the provider's models.`;
    return { kind: 'missing', reason: 'no-model', message };
  }
  if (provider.models.length > 0 && !provider.models.includes(model)) {
    const message = `The provider "${provider.name}" has no model "${model}". It has: ${provider.models.join(', ')}.`;
    return { kind: 'missing', reason: 'unknown-model', message };
  }
  return { kind: 'chosen', provider, model };
}

function findProvider<Provider extends ProviderOffer>(
  providers: readonly Provider[],
  wanted: string | null,
): Provider | undefined {
  if (wanted !== null) return providers.find((provider) => provider.name === wanted);
  const byDefault = providers.find((provider) => provider.name === defaultProviderName);
  return byDefault ?? (providers.length === 1 ? providers[0] : undefined);
}

function explainNoProvider(providers: readonly ProviderOffer[], wanted: string | null): ChosenModel<never> {
  const names = providers.map((provider) => provider.name).join(', ');
  if (wanted !== null) {
    const known = names === '' ? 'No provider is configured.' : `It has: ${names}.`;
    const message = `Baton has no model provider "${wanted}". ${known}`;
    return { kind: 'missing', reason: 'unknown-provider', message };
  }
  const message =
    names === ''
      ? 'No model provider is configured: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.'
      : `There is no default model provider: name one of ${names} in the step, or set OPENAI_API_KEY.`;
  return { kind: 'missing', reason: 'no-provider', message };
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && `${search}${hash}${username}${password}` === '';
}
