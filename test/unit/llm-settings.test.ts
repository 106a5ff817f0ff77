import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { type ModelProvider, chooseModel } from '../../src/domain/provider.ts';
import { ValidationError } from '../../src/errors.ts';

const GROQ = { name: 'groq', baseUrl: 'https://groq.example/v1/', apiKeyEnv: 'GROQ_KEY', models: ['a', 'b'] };
const DOCS = { name: 'docs', command: 'docs-server', args: ['--quiet'], envNames: ['DOCS_TOKEN'] };
const CRM = { name: 'crm', url: 'https://crm.example/mcp', headers: { Authorization: 'CRM_AUTH' } };
const VARIABLES = { GROQ_KEY: 'gsk-1', DOCS_TOKEN: 'd-1', CRM_AUTH: 'Bearer c-1' };

function refusalOf(env: NodeJS.ProcessEnv): ValidationError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

describe('PROVIDERS', () => {
  it('stand after the default provider, with keys from the variables that they name', () => {
    const { providers } = loadConfig({
      ...VARIABLES,
      OPENAI_API_KEY: 'sk-1',
      PROVIDERS: JSON.stringify([GROQ, { name: 'ollama', baseUrl: 'http://localhost:11434/v1' }]),
    });

    expect(providers.map(({ name }) => name)).toEqual(['default', 'groq', 'ollama']);
    expect(providers.slice(1)).toEqual([
      {
        name: 'groq',
        baseUrl: 'https://groq.example/v1',
        apiKey: 'gsk-1',
        models: ['a', 'b'],
        defaultModel: 'a',
        maxParallel: 4,
      },
      {
        name: 'ollama',
        baseUrl: 'http://localhost:11434/v1',
        apiKey: null,
        models: [],
        defaultModel: null,
        maxParallel: 4,
      },
    ]);
  });

  it.each<[what: string, setting: string, wrong: string[]]>([
    ['no JSON', '[{', ['PROVIDERS']],
    ['no list', '{}', ['PROVIDERS']],
    ['an entry that is no object', '[1]', ['PROVIDERS/0']],
    ['a missing address', '[{ "name": "a" }]', ['PROVIDERS/0/baseUrl']],
    ['the reserved name', JSON.stringify([{ ...GROQ, name: 'default' }]), ['PROVIDERS/0/name']],
    ['a name twice', JSON.stringify([GROQ, GROQ]), ['PROVIDERS/1/name']],
    [
      'a password in the address',
      JSON.stringify([{ ...GROQ, baseUrl: 'http://u:p@x' }]),
      ['PROVIDERS/0/baseUrl'],
    ],
    [
      'a variable that is not set',
      JSON.stringify([{ ...GROQ, apiKeyEnv: 'NO_SUCH' }]),
      ['PROVIDERS/0/apiKeyEnv'],
    ],
    ['no parallel call', JSON.stringify([{ ...GROQ, maxParallel: 0 }]), ['PROVIDERS/0/maxParallel']],
    ['a key in the setting itself', JSON.stringify([{ ...GROQ, apiKey: 'x' }]), ['PROVIDERS/0/apiKey']],
    [
      'several wrong fields of several entries, each at its own place',
      JSON.stringify([{ name: 'a b', baseUrl: 'x' }, GROQ, { ...GROQ, name: 'c', apiKeyEnv: 'NO_SUCH' }]),
      ['PROVIDERS/0/name', 'PROVIDERS/0/baseUrl', 'PROVIDERS/2/apiKeyEnv'],
    ],
  ])('are refused for %s', (_what, setting, wrong) => {
    expect(refusalOf({ ...VARIABLES, PROVIDERS: setting }).fields.map(({ path }) => path)).toEqual(wrong);
  });

  it('never repeat a key that was put where the name of its variable belongs', () => {
    const setting = JSON.stringify([{ ...GROQ, apiKeyEnv: 'sk-my-secret' }]);
    const error = refusalOf({ PROVIDERS: setting });

    expect(JSON.stringify([error.message, error.fields])).not.toContain('my-secret');
  });
});

describe('TOOL_SERVERS', () => {
  it('gives each server the variables that it names and no others', () => {
    const { toolServers } = loadConfig({ ...VARIABLES, TOOL_SERVERS: JSON.stringify([DOCS, CRM]) });

    expect(toolServers).toEqual([
      {
        name: 'docs',
        transport: 'stdio',
        command: 'docs-server',
        args: ['--quiet'],
        env: { DOCS_TOKEN: 'd-1' },
      },
      {
        name: 'crm',
        transport: 'http',
        url: 'https://crm.example/mcp',
        headers: { Authorization: 'Bearer c-1' },
      },
    ]);
  });

  it.each<[what: string, setting: unknown, wrong: string[]]>([
    ['neither a command nor a URL', [{ name: 'a' }], ['TOOL_SERVERS/0/command']],
    ['both', [{ ...DOCS, url: 'http://x' }], ['TOOL_SERVERS/0/command']],
    ['another scheme', [{ ...CRM, url: 'file:///x' }], ['TOOL_SERVERS/0/url']],
    [
      'a header without a value',
      [{ ...CRM, headers: { 'X-Key': 'NO_SUCH' } }],
      ['TOOL_SERVERS/0/headers/X-Key'],
    ],
    [
      'a variable that is not set',
      [{ ...DOCS, envNames: ['DOCS_TOKEN', 'NO_SUCH'] }],
      ['TOOL_SERVERS/0/envNames/1'],
    ],
    ['a name twice', [DOCS, { ...CRM, name: 'docs' }], ['TOOL_SERVERS/1/name']],
  ])('are refused for %s', (_what, setting, wrong) => {
    const { fields } = refusalOf({ ...VARIABLES, TOOL_SERVERS: JSON.stringify(setting) });

    expect(fields.map(({ path }) => path)).toEqual(expect.arrayContaining(wrong));
  });
});

describe('chooseModel', () => {
  const one: ModelProvider = {
    name: 'default',
    baseUrl: 'http://x',
    apiKey: null,
    models: [],
    defaultModel: 'm',
    maxParallel: 1,
  };
  const other: ModelProvider = { ...one, name: 'other', models: ['a', 'b'], defaultModel: 'a' };

  it.each<[providers: ModelProvider[], provider: string | null, model: string | null, expected: string]>([
    [[one, other], null, null, 'default/m'],
    [[one, other], null, 'x', 'default/x'],
    [[one, other], 'other', null, 'other/a'],
    [[one, other], 'other', 'b', 'other/b'],
    [[other], null, null, 'other/a'],
    [[one, other], 'other', 'x', 'unknown-model'],
    [[one, other], 'none', null, 'unknown-provider'],
    [[{ ...one, defaultModel: null }], null, null, 'no-model'],
    [[], null, null, 'no-provider'],
    [[other, { ...other, name: 'third' }], null, null, 'no-provider'],
  ])('finds in %j for %s and %s: %s', (providers, provider, model, expected) => {
    const chosen = chooseModel(providers, { provider, model });

    expect(chosen.kind === 'chosen' ? `${chosen.provider.name}/${chosen.model}` : chosen.reason).toBe(
      expected,
    );
  });
});
