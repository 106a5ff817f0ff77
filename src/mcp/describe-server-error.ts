import type { ToolServer } from '../domain/tool-server.ts';
import { errorMessage } from '../errors.ts';

const maxLength = 200;
/** Shorter values are no secrets, and would be found in any text. */
const minSecretLength = 6;

/**
 * What went wrong with a tool server, on one line, for people and for the log. Servers repeat what they were sent when
 * they refuse it: nothing that was configured as a secret is in it.
 */
export function describeServerError(server: ToolServer, error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  const said = `${errorMessage(error)}${cause}`;
  const clean = secretsOf(server).reduce((text, secret) => text.replaceAll(secret, '[secret]'), said);
  return clean.replace(/\s+/g, ' ').slice(0, maxLength).toWellFormed();
}

/** The longest first: one may be part of another. */
function secretsOf(server: ToolServer): string[] {
  const values =
    server.transport === 'stdio'
      ? Object.values(server.env)
      : [
          ...Object.values(server.headers).flatMap(withoutScheme),
          ...new URL(server.url).searchParams.values(),
        ];
  return values.filter(({ length }) => length >= minSecretLength).sort((one, two) => two.length - one.length);
}

/** `Bearer abc` is repeated whole, or as `abc`. */
function withoutScheme(value: string): string[] {
  const [, token] = /^[A-Za-z]+ +(\S.*)$/.exec(value) ?? [];
  return token === undefined ? [value] : [value, token];
}
