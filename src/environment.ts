import { z } from 'zod';
import { ArmedFailpoint } from './failpoints.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const portError = { error: 'must be a whole number from 0 to 65535 (0: choose a free port)' };
const PORT = z
  .string()
  .regex(/^\d{1,5}$/, portError)
  .transform(Number)
  .refine((port) => port <= 65_535, portError);

const HTTP_URL = z.string().refine(isHttpUrl, {
  error: 'must be a URL that begins with http:// or https://, without a query, a fragment or a password',
});

const SECRET = z
  .string()
  .regex(/^[\x21-\x7e]+$/, { error: 'must be printable ASCII characters without spaces; copy it again' });

const encryptionKeysError = {
  error: 'must be keys of 32 bytes in base64, separated by commas; make one with: openssl rand -base64 32',
};
const ENCRYPTION_KEYS = z
  .string()
  .transform((text) => text.split(',').map((key) => key.trim()))
  .refine((keys) => keys.every(isEncryptionKey), encryptionKeysError);

/** One entry per variable. A message says what to do and never repeats the value, which may be a secret. */
export const Environment = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], { error: 'must be production, development or test' })
    .optional(),
  PORT: PORT.default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, {
      error: 'must be a host name or an IP address, without a scheme or a path',
    })
    .optional(),
  PUBLIC_URL: HTTP_URL.transform((url) => url.replace(/\/+$/, '')).optional(),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/[^/\s][^\s]*$/, {
      error: 'must begin with mongodb:// or mongodb+srv:// and name a host',
    })
    .optional(),
  DATA_DIR: z.string().default('./.data'),
  SLACK_BOT_TOKEN: SECRET.regex(/^(xoxe\.)?xoxb-./, {
    error: 'must begin with xoxb-; copy the Bot User OAuth Token from "OAuth & Permissions"',
  }).optional(),
  SLACK_SIGNING_SECRET: SECRET.optional(),
  SLACK_APP_TOKEN: SECRET.regex(/^xapp-./, {
    error: 'must begin with xapp-; make an App-Level Token with the scope connections:write',
  }).optional(),
  SLACK_CLIENT_ID: SECRET.optional(),
  SLACK_CLIENT_SECRET: SECRET.optional(),
  SLACK_STATE_SECRET: SECRET.optional(),
  SLACK_API_URL: HTTP_URL.transform((url) => `${url.replace(/\/+$/, '')}/`).optional(),
  OPENAI_API_KEY: SECRET.optional(),
  OPENAI_BASE_URL: HTTP_URL.transform((url) => url.replace(/\/+$/, '')).default('https://api.openai.com/v1'),
  OPENAI_MODEL: z.string().optional(),
  OPENAI_MAX_PARALLEL: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, { error: 'must be a whole number from 1 to 9999' })
    .transform(Number)
    .default(4),
  PROVIDERS: z.string().optional(),
  TOOL_SERVERS: z.string().optional(),
  BATON_ADMIN_KEY: SECRET.optional(),
  METRICS_KEY: SECRET.optional(),
  ENCRYPTION_KEYS: ENCRYPTION_KEYS.default([]),
  WEBHOOK_ALLOW_PRIVATE: z.enum(['true', 'false'], { error: 'must be true or false' }).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}` }).default('info'),
  LOCAL_SLACK_PORT: PORT.default(3010),
  MONGOMS_SYSTEM_BINARY: z.string().optional(),
  RATE_LIMIT_PER_MINUTE: z
    .string()
    .regex(/^\d{1,6}$/, { error: 'must be a whole number from 0 to 999999 (0: no limit)' })
    .transform(Number)
    .default(600),
  BATON_LEASE_MS: z
    .string()
    .regex(/^[1-9]\d{2,5}$/, { error: 'must be a whole number of milliseconds from 100 to 999999' })
    .transform(Number)
    .default(20_000),
  BATON_FAILPOINT: ArmedFailpoint.optional(),
});
export type Environment = z.infer<typeof Environment>;
type Variable = keyof Environment;

/** The variables that are set, as they stand. */
export type PresentVariables = Readonly<Partial<Record<Variable, string>>>;

/** What is set of an environment: an empty variable counts as unset, and white space around a value is dropped. */
export function presentVariables(env: NodeJS.ProcessEnv): PresentVariables {
  const present: Partial<Record<Variable, string>> = {};
  for (const name of Object.keys(Environment.shape) as Variable[]) {
    const value = env[name]?.trim();
    if (value) present[name] = value;
  }
  return present;
}

function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, search, hash, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && `${search}${hash}${username}${password}` === '';
}

function isEncryptionKey(text: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(text);
}
