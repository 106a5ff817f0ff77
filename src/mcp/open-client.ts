import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import type { ToolServer } from '../domain/tool-server.ts';
import { createCappedFetch } from './capped-fetch.ts';

export interface ClientListeners {
  /** The connection is gone, for whatever reason. */
  onClose(): void;
  /** Something went wrong that may or may not have ended it. */
  onTrouble(): void;
  /** A message was larger than allowed; the connection ends. */
  onOverflow(): void;
  onToolsChanged(): void;
}

export interface OpenClient {
  client: Client;
  /** The program that was started; null over HTTP. */
  pid: number | null;
  close(): Promise<void>;
}

const connectTimeoutMs = 15_000;
/** With the notification at its end, which the SDK does not bound. */
const maxConnectMs = 30_000;
const maxMessageBytes = 4 * 1024 * 1024;

/**
 * Connects to a tool server. It is offered nothing: no sampling, no elicitation, no roots. A program gets
 * the variables that it is allowed, and of ours only such as `PATH` and `HOME`.
 */
export async function openClient(server: ToolServer, listeners: ClientListeners): Promise<OpenClient> {
  const client = new Client({ name: 'baton', version: '1.0.0' }, { capabilities: {} });
  client.onclose = () => listeners.onClose();
  client.onerror = (error) => {
    if (error.message.startsWith('ReadBuffer exceeded')) listeners.onOverflow();
    else listeners.onTrouble();
  };
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => listeners.onToolsChanged());
  const transport =
    server.transport === 'stdio'
      ? createStdio(server)
      : createHttp(server, client, () => listeners.onOverflow());
  const overdue = setTimeout(() => void client.close(), maxConnectMs);
  try {
    // The SDK's own class does not satisfy its interface under exactOptionalPropertyTypes.
    await client.connect(transport as Transport, { timeout: connectTimeoutMs });
  } catch (error) {
    await client.close();
    throw error;
  } finally {
    clearTimeout(overdue);
  }
  return {
    client,
    pid: transport instanceof StdioClientTransport ? transport.pid : null,
    async close() {
      if (transport instanceof StreamableHTTPClientTransport) await endSession(transport);
      await client.close();
    },
  };
}

function createStdio(server: ToolServer & { transport: 'stdio' }): StdioClientTransport {
  return new StdioClientTransport({
    command: server.command,
    args: [...server.args],
    env: { ...server.env },
    stderr: 'ignore',
    maxBufferSize: maxMessageBytes,
  });
}

function createHttp(
  server: ToolServer & { transport: 'http' },
  client: Client,
  onOverflow: () => void,
): StreamableHTTPClientTransport {
  const overflow = (): void => {
    onOverflow();
    void client.close();
  };
  return new StreamableHTTPClientTransport(new URL(server.url), {
    requestInit: { headers: { ...server.headers } },
    fetch: createCappedFetch(maxMessageBytes, overflow),
  });
}

/** A courtesy: a server that does not answer now is not waited for. */
async function endSession(transport: StreamableHTTPClientTransport): Promise<void> {
  const deadline = new Promise<void>((resolve) => {
    setTimeout(resolve, 1_000).unref();
  });
  await Promise.race([transport.terminateSession().catch(() => undefined), deadline]);
}
