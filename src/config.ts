import { resolve } from 'node:path';
import { type ModelProvider, defaultProviderName } from './domain/provider.ts';
import { readProviders } from './domain/provider-settings.ts';
import type { ToolServer } from './domain/tool-server.ts';
import { readToolServers } from './domain/tool-server-settings.ts';
import { Environment, type PresentVariables, presentVariables } from './environment.ts';
import { type FieldError, ValidationError } from './errors.ts';
import type { ArmedFailpoint } from './failpoints.ts';
import { type SlackConfig, missingSlackVariables, toSlackConfig, toSlackSignIn } from './slack-config.ts';

export type LogLevel = Environment['LOG_LEVEL'];

export interface HttpConfig {
  /** 0: the operating system chooses. Default 3000. */
  readonly port: number;
  readonly host: string;
  /** Without a trailing slash; `null` when unset: see {@link publicUrlOf}. */
  readonly publicUrl: string | null;
}

/** Everything that the environment says, validated and frozen. */
export interface Config {
  /** `production` embeds nothing; `local` starts what is not configured. */
  readonly mode: 'production' | 'local';
  readonly http: HttpConfig;
  readonly database: { readonly kind: 'uri'; readonly uri: string } | { readonly kind: 'embedded' };
  /** Absolute. */
  readonly dataDir: string;
  readonly slack: SlackConfig;
  /** Ends with a slash; absent for Slack's own. */
  readonly slackApiUrl?: string;
  /** The default one of `OPENAI_*` first, then those of `PROVIDERS`. Empty: model steps wait. */
  readonly providers: readonly ModelProvider[];
  /** The only tool servers that are ever started or called. */
  readonly toolServers: readonly ToolServer[];
  /** For *Sign in with Slack* on the board. Null: people come in by a link from Slack. */
  readonly slackSignIn: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly adminKey: string | null;
  /** What `/metrics` is read with; null: only from this machine, in production by nobody. */
  readonly metricsKey: string | null;
  readonly logLevel: LogLevel;
  readonly local: {
    /** The port of the local Slack workspace; 0: a free one. Default 3010. */
    readonly slackPort: number;
    /** A mongod to run instead of the one that is found. */
    readonly mongodBinary: string | null;
  };
  /** 32 bytes each, in base64: the first encrypts what is secret at rest, all decrypt. Empty: see `local/encryption-key-file.ts`. */
  readonly encryptionKeys: readonly string[];
  readonly webhooks: {
    /** Whether receivers may be on this machine or in a private network. Default: only in local mode. */
    readonly allowPrivate: boolean;
    /** In production receivers are reached by https only. */
    readonly requireHttps: boolean;
  };
  /** How long a worker may be silent before another one takes over what it was doing. Default 20,000. */
  readonly leaseMs: number;
  /** Requests a minute for each API key, and for each address that has none; 0: no limit. Default 600. */
  readonly rateLimitPerMinute: number;
  /** Where fault tests let the process die. */
  readonly failpoint: ArmedFailpoint | null;
}

/** The process's environment, for {@link loadConfig}: nothing else in Baton reads it. */
export function readEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/**
 * The configuration that an environment describes, frozen. An empty variable counts as unset, and
 * white space around a value is dropped.
 *
 * @throws {ValidationError} with one field per variable that is wrong or missing. Neither the message
 *   nor the fields contain any value.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const present = presentVariables(env);
  const parsed = Environment.safeParse(present);
  const providers = readProviders(present.PROVIDERS, env);
  const toolServers = readToolServers(present.TOOL_SERVERS, env);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => ({ path: path.join('.'), message })),
    ...missingVariables(present),
    ...faultTestVariables(present),
    ...providers.problems,
    ...toolServers.problems,
  ];
  const wrong = problems.filter(
    ({ path }, index) => problems.findIndex((other) => other.path === path) === index,
  );
  if (!parsed.success || wrong.length > 0) throw configurationError(wrong);
  return deepFreeze({
    ...toConfig(parsed.data),
    providers: [...toDefaultProvider(parsed.data, present), ...providers.items],
    toolServers: toolServers.items,
  });
}

/** How the outside reaches the bot: `PUBLIC_URL`, else `http://localhost` with the port that is listened on. */
export function publicUrlOf(http: HttpConfig, listeningPort: number): string {
  return http.publicUrl ?? `http://localhost:${listeningPort}`;
}

function missingVariables(present: PresentVariables): FieldError[] {
  const missing = missingSlackVariables(present);
  if (present.NODE_ENV === 'production' && present.MONGODB_URI === undefined) {
    missing.unshift({
      path: 'MONGODB_URI',
      message: 'is missing; in production no database is embedded, so set it to a MongoDB replica set',
    });
  }
  return missing;
}

function faultTestVariables(present: PresentVariables): FieldError[] {
  if (present.NODE_ENV !== 'production') return [];
  const set = (['BATON_LEASE_MS', 'BATON_FAILPOINT'] as const).filter((name) => present[name] !== undefined);
  return set.map((path) => ({ path, message: 'must not be set in production; it is for fault tests' }));
}

function toConfig(parsed: Environment): Omit<Config, 'providers' | 'toolServers'> {
  const mode = parsed.NODE_ENV === 'production' ? 'production' : 'local';
  return {
    mode,
    http: {
      port: parsed.PORT,
      host: parsed.HOST ?? (mode === 'production' ? '0.0.0.0' : '127.0.0.1'),
      publicUrl: parsed.PUBLIC_URL ?? null,
    },
    database:
      parsed.MONGODB_URI === undefined ? { kind: 'embedded' } : { kind: 'uri', uri: parsed.MONGODB_URI },
    dataDir: resolve(parsed.DATA_DIR),
    slack: toSlackConfig(parsed),
    ...(parsed.SLACK_API_URL === undefined ? {} : { slackApiUrl: parsed.SLACK_API_URL }),
    slackSignIn: toSlackSignIn(parsed),
    adminKey: parsed.BATON_ADMIN_KEY ?? null,
    metricsKey: parsed.METRICS_KEY ?? null,
    logLevel: parsed.LOG_LEVEL,
    local: { slackPort: parsed.LOCAL_SLACK_PORT, mongodBinary: parsed.MONGOMS_SYSTEM_BINARY ?? null },
    encryptionKeys: parsed.ENCRYPTION_KEYS,
    webhooks: {
      allowPrivate: (parsed.WEBHOOK_ALLOW_PRIVATE ?? String(mode === 'local')) === 'true',
      requireHttps: mode === 'production',
    },
    leaseMs: parsed.BATON_LEASE_MS,
    rateLimitPerMinute: parsed.RATE_LIMIT_PER_MINUTE,
    failpoint: parsed.BATON_FAILPOINT ?? null,
  };
}

/** A model server of one's own often asks for no key, so its address alone is enough. */
function toDefaultProvider(parsed: Environment, present: PresentVariables): ModelProvider[] {
  if (present.OPENAI_API_KEY === undefined && present.OPENAI_BASE_URL === undefined) return [];
  return [
    {
      name: defaultProviderName,
      baseUrl: parsed.OPENAI_BASE_URL,
      apiKey: parsed.OPENAI_API_KEY ?? null,
      models: [],
      defaultModel: parsed.OPENAI_MODEL ?? null,
      maxParallel: parsed.OPENAI_MAX_PARALLEL,
    },
  ];
}

function configurationError(wrong: FieldError[]): ValidationError {
  const lines = wrong.map(({ path, message }) => `  - ${path} ${message}.`);
  const count = wrong.length === 1 ? 'one problem' : `${wrong.length} problems`;
  return new ValidationError(`The environment has ${count}:\n${lines.join('\n')}`, wrong, 'configuration');
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
