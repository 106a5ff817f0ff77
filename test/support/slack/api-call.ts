import type { IncomingMessage } from 'node:http';
import { type JsonObject, toObject, toText } from './json.ts';

/** One call of the Web API as it came in, with JSON-encoded arguments decoded. */
export interface ApiCall {
  method: string;
  token: string | undefined;
  args: JsonObject;
}

/** An answer of the Web API. */
export interface ApiReply {
  status: number;
  headers?: Record<string, string>;
  body: JsonObject;
}

/** Reads a whole request body. */
export async function readBody(request: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Reads a Web API call: form or JSON body, query string, token in the header or in the arguments. */
export function parseApiCall(request: IncomingMessage, rawBody: string): ApiCall {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const method = url.pathname.replace(/^\/api\//, '');
  const query = Object.fromEntries(url.searchParams);
  const encoded = { ...query, ...parseArguments(request.headers['content-type'] ?? '', rawBody) };
  const { token: tokenArgument, ...args } = decodeArguments(encoded);
  const header = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const token = header ?? (toText(tokenArgument) || undefined);
  return { method, token, args };
}

function parseArguments(contentType: string, rawBody: string): JsonObject {
  if (contentType.includes('application/json')) return toObject(parseJson(rawBody));
  return Object.fromEntries(new URLSearchParams(rawBody));
}

/** In a form, objects and lists travel as JSON text. */
function decodeArguments(args: JsonObject): JsonObject {
  const decoded: JsonObject = {};
  for (const [name, value] of Object.entries(args)) {
    const looksLikeJson = ['blocks', 'attachments', 'view', 'metadata', 'files'].includes(name);
    decoded[name] = looksLikeJson && typeof value === 'string' ? (parseJson(value) ?? value) : value;
  }
  return decoded;
}

/** The parsed text, or undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
