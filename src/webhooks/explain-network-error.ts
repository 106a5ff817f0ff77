import { ValidationError } from '../errors.ts';
import { ForbiddenAddressError } from './guarded-agent.ts';

/** By the `code` of the errors of Node.js and undici. */
const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'The host name cannot be resolved.',
  EAI_AGAIN: 'The host name cannot be resolved at the moment.',
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed without an answer.',
  EPIPE: 'The connection was closed without an answer.',
  UND_ERR_SOCKET: 'The connection was closed without an answer.',
  EHOSTUNREACH: 'The host cannot be reached.',
  ENETUNREACH: 'The network cannot be reached.',
  ETIMEDOUT: 'The connection could not be made in time.',
  UND_ERR_CONNECT_TIMEOUT: 'The connection could not be made in time.',
  UND_ERR_HEADERS_OVERFLOW: 'The answer has too many headers.',
  CERT_HAS_EXPIRED: 'The certificate has expired.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'The certificate is signed by nobody that is trusted.',
  SELF_SIGNED_CERT_IN_CHAIN: 'The certificate is signed by nobody that is trusted.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'The certificate is signed by nobody that is trusted.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'The certificate is for another host.',
};

/** Why a receiver could not be reached, without its address: who attached a public plugin may not know that. */
export function explainNetworkError(error: unknown): string {
  for (const cause of causesOf(error)) {
    if (cause instanceof ForbiddenAddressError) {
      return 'The address is private, local or reserved. Whoever runs Baton can allow such addresses with WEBHOOK_ALLOW_PRIVATE=true.';
    }
    if (cause instanceof ValidationError) return `The address is not allowed: ${cause.message}`;
    const code = 'code' in cause ? String(cause.code) : '';
    const reason = reasons[code];
    if (reason !== undefined) return reason;
    if (code.startsWith('HPE_')) return 'The answer is not HTTP.';
    if (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code)) return 'The secure connection could not be made.';
  }
  return 'The receiver could not be reached.';
}

/** The error itself, what caused it, and what it is made of. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const parts = error instanceof AggregateError ? error.errors : [];
  return [error, ...parts.flatMap(causesOf), ...causesOf(error.cause)];
}
