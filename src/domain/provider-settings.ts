import { type ModelProvider, ProviderSetting } from './provider.ts';
import {
  type ReadSetting,
  type Variables,
  readNamedVariable,
  readSettingList,
  variableNotSet,
} from './setting-list.ts';

/** The providers that the setting `PROVIDERS` names, their keys read from the variables that it names. */
export function readProviders(text: string | undefined, variables: Variables): ReadSetting<ModelProvider> {
  const { items, problems } = readSettingList('PROVIDERS', text, () => ProviderSetting);
  const providers: ModelProvider[] = [];
  for (const { item, path } of items) {
    const { name, baseUrl, apiKeyEnv, models, maxParallel } = item;
    const apiKey = apiKeyEnv === undefined ? null : readNamedVariable(variables, apiKeyEnv);
    if (apiKeyEnv !== undefined && (apiKey === null || !isHeaderValue(apiKey))) {
      const message = apiKey === null ? variableNotSet : 'names a variable that holds no printable ASCII key';
      problems.push({ path: `${path}/apiKeyEnv`, message });
    }
    providers.push({
      name,
      baseUrl: baseUrl.replace(/\/+$/, ''),
      apiKey,
      models: models ?? [],
      defaultModel: models?.[0] ?? null,
      maxParallel,
    });
  }
  return { items: providers, problems };
}

/** True for what can be sent as a header, and be a key. */
export function isHeaderValue(text: string): boolean {
  return /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text);
}
