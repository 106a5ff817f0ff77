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
  return withoutSecrets(server, said).replace(/\s+/g, ' ').slice(0, maxLength).toWellFormed();
}

/** What a tool server says, without what was configured as a secret of it. */
export function withoutSecrets(server: ToolServer, said: string): string {
  return secretsOf(server).reduce((text, secret) => text.replaceAll(secret, '[secret]'), said);
}

/** In each form in which they come back. The longest first: one may be part of another. */
function secretsOf(server: ToolServer): string[] {
  const values =
    server.transport === 'stdio'
      ? Object.values(server.env)
      : [...Object.values(server.headers).flatMap(withoutScheme), ...valuesIn(new URL(server.url))];
  const secrets = values.filter(({ length }) => length >= minSecretLength).flatMap(asRepeated);
  return [...new Set(secrets)].sort((one, two) => two.length - one.length);
}

/** As they are sent, and as they are meant. */
function valuesIn({ search, searchParams }: URL): string[] {
  const sent = search.slice(1).split('&');
  return [...sent.map((pair) => pair.slice(pair.indexOf('=') + 1)), ...searchParams.values()];
}

/** Inside a JSON text, or inside an address. */
function asRepeated(value: string): string[] {
  const inForm = new URLSearchParams({ value }).toString().slice('value='.length);
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed()), inForm];
}

/** `Bearer abc` is repeated whole, or as `abc`. */
function withoutScheme(value: string): string[] {
  const [, token] = /^[A-Za-z]+ +(\S.*)$/.exec(value) ?? [];
  return token === undefined ? [value] : [value, token];
}
