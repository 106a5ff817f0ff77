import { pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from './config.ts';

/**
 * What a module needs in order to log: a static message, with what varies in `fields`.
 * `error` only if a person must act; no secrets and no message bodies.
 */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** A logger that adds `fields` to every line. */
  child(fields: Record<string, unknown>): Logger;
}

/** Where lines go, one JSON object with a line feed per call. */
export interface LogDestination {
  write(line: string): unknown;
}

const REDACTED = '[redacted]';

const SECRET_KEYS = [
  'token',
  'botToken',
  'appToken',
  'accessToken',
  'authorization',
  'Authorization',
  'cookie',
  'password',
  'secret',
  'signingSecret',
  'clientSecret',
  'stateSecret',
  'apiKey',
  'adminKey',
  'response_url',
  'responseUrl',
];

/** Secrets that may stand inside any text: an error's message, a stack, a URL. */
const SECRET_PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:xoxe\.)?(?:xox[a-z]|xapp)-[\w.-]+/g, REDACTED],
  [/\bBearer +[\w.~+/=-]{8,}/gi, `Bearer ${REDACTED}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s"/@]+@/gi, `$1${REDACTED}@`],
  [/\bwhsec_[\w+/=-]+/g, REDACTED],
  [/\bsk-[\w-]{8,}/g, REDACTED],
  [/\b(user|team|handler)-([0-9a-f]{24})\.[\w-]+/g, `$1-$2.${REDACTED}`],
  [/(hooks\.slack\.com\/)[^\s"]+/g, `$1${REDACTED}`],
];

/**
 * A logger that writes JSON lines, by default to stderr, so that stdout stays free for what a person
 * reads. Secrets are taken out twice: by the name of the field, down to four levels, and by their
 * form wherever they stand in the line.
 */
export function createLogger(level: LogLevel, destination: LogDestination = process.stderr): Logger {
  return pino(
    {
      level,
      timestamp: stdTimeFunctions.isoTime,
      serializers: { err: (error: unknown) => describeError(error) },
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretPaths(), censor: REDACTED },
    },
    { write: (line: string) => void destination.write(withoutSecrets(line)) },
  );
}

const maxCauses = 4;

/**
 * What a line says of an error: not what its class hangs on to it. Of a database driver's that is the state of all its
 * connections, which is too tangled to be written at all, and the documents that it was to write.
 */
function describeError(error: unknown, causes = maxCauses): unknown {
  if (!(error instanceof Error)) return error;
  const { message, stack, cause } = error;
  const type = error.constructor.name;
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? error.code : undefined;
  const inner = cause instanceof Error && causes > 0 ? describeError(cause, causes - 1) : undefined;
  return { type, code, message, stack, cause: inner };
}

function secretPaths(): string[] {
  const depths = ['', '*.', '*.*.', '*.*.*.'];
  return depths.flatMap((depth) => SECRET_KEYS.map((key) => `${depth}${key}`));
}

function withoutSecrets(line: string): string {
  return SECRET_PATTERNS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
}
