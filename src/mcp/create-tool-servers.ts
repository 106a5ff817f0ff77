import { type CallToolResult, CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Clock } from '../clock.ts';
import { assertJsonSchema, findSchemaErrors } from '../domain/json-schema.ts';
import type {
  ToolCallRequest,
  ToolInfo,
  ToolResult,
  ToolServer,
  ToolServers,
} from '../domain/tool-server.ts';
import {
  AppError,
  FatalError,
  NotFoundError,
  RetryableError,
  ValidationError,
  errorMessage,
} from '../errors.ts';
import type { Logger } from '../logger.ts';
import { structuredOf, textOf } from './read-tool.ts';
import { type Live, ToolConnection } from './tool-connection.ts';
import { classifyFailure, toToolFailure } from './tool-failure.ts';

export interface ToolServersOptions {
  servers: readonly ToolServer[];
  clock: Clock;
  logger: Logger;
}

const defaultTimeoutMs = 60_000;
/** What an attempt of a step may take. */
const maxTimeoutMs = 3_600_000;
/** Of text and structured content together: what a step's output may be. */
const maxResultBytes = 256 * 1024;

/** The tool servers of the configuration. Nothing is started or connected before it is used. */
export function createToolServers({ servers, clock, logger }: ToolServersOptions): ToolServers {
  const connections = new Map(
    servers.map((server) => [server.name, new ToolConnection(server, { clock, logger })]),
  );

  function connectionOf(server: string): ToolConnection {
    const connection = connections.get(server);
    if (connection === undefined) {
      throw new NotFoundError(`Baton has no tool server "${server}".`, 'tool-server-unknown');
    }
    return connection;
  }

  async function call(request: ToolCallRequest): Promise<ToolResult> {
    const connection = connectionOf(request.server);
    const startedAtMs = clock.now().getTime();
    const tool = findTool(await listOn(connection, request.server, request.signal), request);
    assertArguments(tool, request);
    const result = await callOn(connection, request, tool);
    return toToolResult(result, request, clock.now().getTime() - startedAtMs);
  }

  return {
    names: () => [...connections.keys()],
    async list(server, signal) {
      return listOn(connectionOf(server), server, signal);
    },
    call,
    async close() {
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    },
  };
}

/** Listing changes nothing, so a connection that was lost unnoticed is simply made anew. */
async function listOn(connection: ToolConnection, server: string, signal?: AbortSignal): Promise<ToolInfo[]> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await unlessAborted(connection.connect(), signal);
    try {
      return await unlessAborted(connection.tools(live), signal);
    } catch (error) {
      if (error instanceof AppError) throw error;
      await connection.drop(live);
      if (attempt === 2) {
        const message = `The tool server "${server}" does not tell its tools: ${connection.describe(error)}`;
        throw new RetryableError(message, { code: 'tool-server-unreachable' });
      }
    }
  }
}

async function callOn(
  connection: ToolConnection,
  request: ToolCallRequest,
  tool: ToolInfo,
): Promise<CallToolResult> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await unlessAborted(connection.connect(), request.signal);
    try {
      return await send(live, request);
    } catch (error) {
      if (request.signal?.aborted) throw cancelled();
      if (live.condition.hasOverflowed) throw tooLarge(request);
      const failure = classifyFailure(error);
      if (failure.kind === 'told') {
        const text = connection.withoutSecrets(failure.message);
        return { isError: true, content: [{ type: 'text', text }] };
      }
      const wasNotCalled = failure.kind === 'not-called' || failure.kind === 'forgotten';
      if (wasNotCalled) await connection.drop(live);
      else connection.probe(live);
      if (!wasNotCalled || attempt === 2) throw toToolFailure(failure, request, tool);
    }
  }
}

/** Not client.callTool(): it would compile the server's output schema, patterns and all. */
function send({ client }: Live, request: ToolCallRequest): Promise<CallToolResult> {
  const { tool: name, signal, timeoutMs = defaultTimeoutMs } = request;
  return client.request(
    { method: 'tools/call', params: { name, arguments: request.arguments } },
    CallToolResultSchema,
    { timeout: Math.min(timeoutMs, maxTimeoutMs), ...(signal === undefined ? {} : { signal }) },
  );
}

function findTool(tools: readonly ToolInfo[], { server, tool: name }: ToolCallRequest): ToolInfo {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) {
    throw new NotFoundError(`The tool server "${server}" has no tool "${name}".`, 'tool-unknown');
  }
  return tool;
}

function assertArguments(tool: ToolInfo, request: ToolCallRequest): void {
  try {
    assertJsonSchema(tool.inputSchema, 'inputSchema');
  } catch (error) {
    const message = `The schema of the tool "${tool.name}" cannot be used: ${errorMessage(error)}`;
    throw new FatalError(message, { code: 'tool-schema-unusable' });
  }
  const errors = findSchemaErrors(tool.inputSchema, request.arguments, 'arguments');
  if (errors.length > 0) {
    const message = `The arguments do not fit the tool "${tool.name}" of "${request.server}".`;
    throw new ValidationError(message, errors, 'tool-arguments');
  }
}

function toToolResult(result: CallToolResult, request: ToolCallRequest, latencyMs: number): ToolResult {
  const text = textOf(result);
  const structured = structuredOf(result);
  const sizeBytes =
    Buffer.byteLength(text) + (structured === null ? 0 : Buffer.byteLength(JSON.stringify(structured)));
  if (sizeBytes > maxResultBytes) throw tooLarge(request);
  return { isError: result.isError === true, text, structured, sizeBytes, latencyMs };
}

function tooLarge({ server, tool }: ToolCallRequest): FatalError {
  const message = `The result of the tool "${tool}" of "${server}" is too large: at most ${maxResultBytes / 1024} KiB are read.`;
  return new FatalError(message, { code: 'tool-result-too-large' });
}

function cancelled(): RetryableError {
  return new RetryableError('The call of the tool was cancelled.', { code: 'tool-call-cancelled' });
}

/** Stops waiting when the signal says so; what others wait for as well goes on. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let stop = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(cancelled());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
