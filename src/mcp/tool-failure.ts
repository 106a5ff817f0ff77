import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { type ToolInfo, type ToolRef, isDestructive, isSafeToRepeat } from '../domain/tool-server.ts';
import { type AppError, FatalError, RetryableError } from '../errors.ts';

/**
 * What became of a call that threw. `not-called`: surely not. `forgotten`: refused, because the server
 * does not know the session (any more). `told`: the server answered with an error.
 */
export type CallFailure =
  | { kind: 'not-called' }
  | { kind: 'forgotten' }
  | { kind: 'refused-us' }
  | { kind: 'told'; message: string }
  | { kind: 'timeout' }
  | { kind: 'broken-off' };

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN']);

export function classifyFailure(error: unknown): CallFailure {
  if (error instanceof McpError) {
    const code: ErrorCode = error.code;
    if (code === ErrorCode.RequestTimeout) return { kind: 'timeout' };
    if (code === ErrorCode.ConnectionClosed) return { kind: 'broken-off' };
    return { kind: 'told', message: error.message };
  }
  if (error instanceof StreamableHTTPError) {
    if (error.code === 404 || error.code === 400) return { kind: 'forgotten' };
    return error.code === 401 || error.code === 403 ? { kind: 'refused-us' } : { kind: 'broken-off' };
  }
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (neverConnected.has(code) || (error instanceof Error && error.message === 'Not connected')) {
    return { kind: 'not-called' };
  }
  return { kind: 'broken-off' };
}

/** Says it for people, and whether the call may be made again. */
export function toToolFailure(
  failure: Exclude<CallFailure, { kind: 'told' }>,
  ref: ToolRef,
  tool: ToolInfo,
): AppError {
  const name = `"${ref.tool}" of the tool server "${ref.server}"`;
  switch (failure.kind) {
    case 'not-called':
    case 'forgotten':
      return new RetryableError(`The tool server "${ref.server}" cannot be reached.`, {
        code: 'tool-server-unreachable',
      });
    case 'refused-us':
      return new FatalError(`The tool server "${ref.server}" refuses Baton: check its headers.`, {
        code: 'tool-server-refused',
      });
    case 'timeout':
    case 'broken-off':
      break;
  }
  const what = failure.kind === 'timeout' ? 'did not answer in time' : 'broke off';
  if (isDestructive(tool) && !isSafeToRepeat(tool)) {
    const message = `The tool ${name} ${what}. It may have done its work or not: look before you call it again.`;
    return new FatalError(message, { code: 'tool-outcome-unknown' });
  }
  const code = failure.kind === 'timeout' ? 'tool-timeout' : 'tool-interrupted';
  return new RetryableError(`The tool ${name} ${what}.`, { code });
}
