/** A part of the code that has its own rule about what it may import. */
export type Layer =
  | 'errors'
  | 'clock'
  | 'timers'
  | 'failpoints'
  | 'logger'
  | 'secret-box'
  | 'capped-response'
  | 'config'
  | 'domain'
  | 'models'
  | 'blocks'
  | 'engine'
  | 'jobs'
  | 'slack'
  | 'http'
  | 'webhooks'
  | 'llm'
  | 'mcp'
  | 'metrics'
  | 'local'
  | 'cli'
  | 'app'
  | 'main'
  | 'test';

export interface LayerRule {
  /** The other layers that it may import; its own files are always allowed. */
  readonly layers: readonly Layer[];
  /** The other layers of which it may import types only. */
  readonly types?: readonly Layer[];
  /** The packages that it may import; absent: every one that package.json lists. */
  readonly packages?: readonly string[];
  /** The packages of which it may import types only. */
  readonly packageTypes?: readonly string[];
}

const COMMON = ['errors', 'clock', 'timers', 'logger'] as const;

/**
 * The import directions:
 *
 *     domain <- models <- engine <- { jobs, src/slack, src/http, src/webhooks } <- app <- main
 *     domain <- blocks <- { jobs, src/slack }
 *
 * jobs, src/slack, src/http and src/webhooks do not know each other, but for the types of the services that
 * src/webhooks offers to the two that call them; and domain and blocks do no I/O.
 */
export const LAYER_RULES: Readonly<Record<Layer, LayerRule>> = {
  errors: { layers: [], packages: [] },
  clock: { layers: ['errors'], packages: [] },
  timers: { layers: ['errors'], packages: [] },
  failpoints: { layers: [], packages: ['zod'] },
  logger: { layers: ['errors', 'clock'], types: ['config'] },
  'secret-box': { layers: ['errors'], packages: ['node:crypto'] },
  'capped-response': { layers: [], packages: ['undici'] },
  config: { layers: ['errors', 'clock', 'failpoints', 'domain'] },
  domain: {
    layers: ['errors', 'clock'],
    packages: ['ajv', 'ajv-formats', 'canonicalize', 'croner', 'handlebars', 're2js', 'zod', 'node:crypto'],
  },
  models: { layers: [...COMMON, 'domain'] },
  blocks: {
    layers: ['errors', 'clock', 'domain'],
    packages: ['marked'],
    packageTypes: ['@slack/types', '@slack/web-api'],
  },
  engine: { layers: [...COMMON, 'domain', 'models'], types: ['failpoints'] },
  jobs: { layers: [...COMMON, 'domain', 'models', 'engine', 'blocks'], types: ['config', 'webhooks'] },
  slack: { layers: [...COMMON, 'domain', 'models', 'engine', 'blocks'], types: ['config', 'secret-box'] },
  http: { layers: [...COMMON, 'domain', 'models', 'engine'], types: ['config', 'webhooks'] },
  webhooks: { layers: [...COMMON, 'domain', 'models', 'engine'], types: ['config', 'secret-box'] },
  llm: { layers: [...COMMON, 'capped-response', 'domain'], types: ['config'] },
  mcp: { layers: [...COMMON, 'capped-response', 'domain'], types: ['config'] },
  metrics: {
    layers: [...COMMON, 'domain'],
    types: ['models', 'engine', 'slack', 'http', 'webhooks'],
    packages: ['prom-client'],
  },
  cli: { layers: [...COMMON, 'config', 'domain'] },
  local: { layers: [...COMMON, 'config'] },
  app: {
    layers: [
      ...COMMON,
      'failpoints',
      'secret-box',
      'capped-response',
      'config',
      'domain',
      'models',
      'blocks',
      'engine',
      'jobs',
      'slack',
      'http',
      'webhooks',
      'llm',
      'mcp',
      'metrics',
      'local',
    ],
  },
  main: { layers: [...COMMON, 'config', 'local', 'app'] },
  test: {
    layers: [
      ...COMMON,
      'failpoints',
      'secret-box',
      'capped-response',
      'config',
      'domain',
      'models',
      'blocks',
      'engine',
      'jobs',
      'slack',
      'http',
      'webhooks',
      'llm',
      'mcp',
      'metrics',
      'cli',
      'local',
      'app',
      'main',
    ],
  },
};

const TOP_FOLDERS = ['models', 'blocks', 'jobs', 'test'] as const;
const SRC_FOLDERS = [
  'domain',
  'engine',
  'slack',
  'http',
  'webhooks',
  'llm',
  'mcp',
  'metrics',
  'cli',
  'local',
] as const;
const SRC_FILES = [
  'errors',
  'clock',
  'timers',
  'failpoints',
  'logger',
  'secret-box',
  'capped-response',
  'config',
  'main',
] as const;

/** Files directly under `src` that are a part of another one's layer. */
const SRC_PARTS: Readonly<Record<string, Layer>> = {
  'environment.ts': 'config',
  'patient-fetch.ts': 'capped-response',
  'slack-config.ts': 'config',
  'stall-limit.ts': 'timers',
};

/** Folders under `src` that compose programs out of the others: the bot, and what operators run. */
const APP_FOLDERS = ['composition', 'operator'] as const;

/**
 * The layer of a file, by its path from the root; `null` when the path belongs to none. What lies
 * directly under `src` and has no rule of its own composes the program: it counts as `app`.
 */
export function layerOf(path: string): Layer | null {
  const [top = '', second = '', ...deeper] = path.split('/');
  const topFolder = TOP_FOLDERS.find((folder) => folder === top);
  if (topFolder !== undefined) return topFolder;
  if (top !== 'src') return null;
  if (APP_FOLDERS.some((folder) => folder === second)) return 'app';
  if (deeper.length > 0) return SRC_FOLDERS.find((folder) => folder === second) ?? null;
  return SRC_PARTS[second] ?? SRC_FILES.find((name) => `${name}.ts` === second) ?? 'app';
}
