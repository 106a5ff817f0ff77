import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AimockRequest } from './aimock.ts';

/** What came, with its headers: aimock does not show them. */
export interface ProviderRequest {
  headers: IncomingMessage['headers'];
  body: AimockRequest & Record<string, unknown>;
}

export type Answer = (response: ServerResponse, request: ProviderRequest) => void;

/** An OpenAI-compatible server for what aimock cannot do: each request gets the next answer, the last one again. */
export interface ScriptedProvider {
  baseUrl: string;
  requests: ProviderRequest[];
  answer(...answers: Answer[]): void;
  stop(): Promise<void>;
}

export async function startScriptedProvider(): Promise<ScriptedProvider> {
  const requests: ProviderRequest[] = [];
  let queue: Answer[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => {
      text += part.toString();
    });
    request.on('end', () => {
      const received = { headers: request.headers, body: JSON.parse(text) as ProviderRequest['body'] };
      requests.push(received);
      const next = queue.length > 1 ? queue.shift() : queue[0];
      next?.(response, received);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    requests,
    answer(...answers) {
      requests.length = 0;
      queue = answers;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** One JSON object, with a status. */
export function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** A stream of these deltas; `finishReason` null: it ends without having finished. */
export function stream(deltas: readonly object[], finishReason: string | null = 'stop'): Answer {
  return (response) => {
    writeDeltas(response, deltas, finishReason);
    response.end(finishReason === null ? '' : 'data: [DONE]\n\n');
  };
}

/** A stream that begins and then says nothing more, without ending. */
export function stall(deltas: readonly object[]): Answer {
  return (response) => writeDeltas(response, deltas, null);
}

function writeDeltas(response: ServerResponse, deltas: readonly object[], finishReason: string | null): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const choices = deltas.map((delta) => ({ index: 0, delta, finish_reason: null as string | null }));
  if (finishReason !== null) choices.push({ index: 0, delta: {}, finish_reason: finishReason });
  for (const choice of choices) response.write(`data: ${JSON.stringify({ choices: [choice] })}\n\n`);
}
