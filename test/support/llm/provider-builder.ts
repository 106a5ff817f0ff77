import type { ModelProvider } from '../../../src/domain/provider.ts';

export function aProvider(over: Partial<ModelProvider> = {}): ModelProvider {
  return {
    name: 'default',
    baseUrl: 'http://127.0.0.1:1/v1',
    apiKey: null,
    models: [],
    defaultModel: 'm',
    maxParallel: 4,
    ...over,
  };
}
