import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { z } from 'zod';
import type { JsonObject, JsonValue } from './json.ts';
import type { JsonSchema } from './json-schema.ts';
import { environmentName } from './provider.ts';

const serverName = /^[a-zA-Z0-9_-]{1,63}$/;
const EnvironmentName = z
  .string()
  .regex(environmentName, 'must be the name of an environment variable (capital letters, digits and _)');
const ServerName = z.string().regex(serverName, 'must be 1 to 63 letters, digits, - or _');

/** A program that is started here and spoken to over its standard input and output. `envNames`: the variables that it gets. */
export const StdioServerSetting = z.strictObject({
  name: ServerName,
  command: z.string().min(1, 'must not be empty').max(1000),
  args: z.array(z.string().max(2000)).max(100).default([]),
  envNames: z.array(EnvironmentName).max(100).default([]),
});
export type StdioServerSetting = z.infer<typeof StdioServerSetting>;

/** A server that is reached over streamable HTTP. `headers`: for each header the variable that holds its value. */
export const HttpServerSetting = z.strictObject({
  name: ServerName,
  url: z.string().refine(isToolServerUrl, {
    error: 'must be a URL that begins with http:// or https://, without a fragment or a password',
  }),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9-]{1,100}$/, 'must be the name of a header'), EnvironmentName)
    .default({}),
});
export type HttpServerSetting = z.infer<typeof HttpServerSetting>;

/** A tool server as it is configured, its secrets read. */
export type ToolServer =
  | {
      readonly name: string;
      readonly transport: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    }
  | {
      readonly name: string;
      readonly transport: 'http';
      readonly url: string;
      /** Never logged. */
      readonly headers: Readonly<Record<string, string>>;
    };

/** A tool of a server, named for use: nothing else of the server may be called through it. */
export interface ToolRef {
  server: string;
  tool: string;
}

/** A tool, as its server describes it. The hints are the server's own word. */
export interface ToolInfo {
  name: string;
  title: string | null;
  description: string;
  inputSchema: JsonSchema;
  /** `null`: the server says nothing. */
  readOnly: boolean | null;
  destructive: boolean | null;
  idempotent: boolean | null;
}

/** What a tool has answered. */
export interface ToolResult {
  /** The tool itself says that it failed. */
  isError: boolean;
  /** Its text; what is no text is named in brackets. */
  text: string;
  /** Its structured content, when it gave any. */
  structured: JsonObject | null;
  sizeBytes: number;
  latencyMs: number;
}

export interface ToolCallRequest extends ToolRef {
  arguments: JsonObject;
  /** Default 60,000, at most 3,600,000. */
  timeoutMs?: number;
  /** Ends the call, and tells the server. */
  signal?: AbortSignal;
}

/** The tool servers that configuration names. */
export interface ToolServers {
  names(): string[];
  /**
   * The tools of a server, as it last told.
   *
   * @throws NotFoundError for a server that is not configured
   * @throws RetryableError `tool-server-unreachable` when it does not answer
   */
  list(server: string, signal?: AbortSignal): Promise<ToolInfo[]>;
  /**
   * Calls a tool with arguments that fit its schema.
   *
   * @throws NotFoundError for a server or tool that is not there
   * @throws ValidationError `tool-arguments` with each argument that is wrong; nothing was called
   * @throws RetryableError when it was not called, or may be called again
   * @throws FatalError `tool-outcome-unknown` when a destructive call broke off: it may have been done
   */
  call(request: ToolCallRequest): Promise<ToolResult>;
  /** Ends all connections and the programs behind them. */
  close(): Promise<void>;
}

/** True when a call needs a person unless somebody has said otherwise: the server says that it destroys. */
export function isDestructive(tool: ToolInfo): boolean {
  return tool.destructive === true && tool.readOnly !== true;
}

/** True when a call whose end is not known may be made again: it changes nothing, or nothing more the second time. */
export function isSafeToRepeat(tool: ToolInfo): boolean {
  return tool.readOnly === true || tool.idempotent === true;
}

/** What a person's approval of a call is bound to: SHA-256 of its canonical JSON (RFC 8785), in hex. */
export function digestToolCall(ref: ToolRef, args: JsonValue): string {
  const { server, tool } = ref;
  return createHash('sha256')
    .update(canonicalize({ server, tool, arguments: args }) ?? '')
    .digest('hex');
}

function isToolServerUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hash, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && `${hash}${username}${password}` === '';
}
