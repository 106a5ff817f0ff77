import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands where Slack's `response_url`s point: takes what people are told, and keeps nothing of it itself. */
export interface AnswerCollector {
  /** A `response_url`; `tell` is called with the text of whatever is sent there. */
  open(key: string, tell: (text: string) => void): string;
  /** Nothing is expected at the URL any more. */
  forget(key: string): void;
  close(): Promise<void>;
}

export async function startAnswerCollector(): Promise<AnswerCollector> {
  const listeners = new Map<string, (text: string) => void>();
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const tell = listeners.get((request.url ?? '').slice(1));
      const { text = '' } = JSON.parse(body) as { text?: string };
      tell?.(text);
      response.writeHead(tell === undefined ? 404 : 200).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    open: (key, tell) => {
      listeners.set(key, tell);
      return `http://127.0.0.1:${port}/${key}`;
    },
    forget: (key) => void listeners.delete(key),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
