import type { BunServeOptions } from './bun-serve.ts';

/**
 * The program has no option for the address that it listens on, and its control API asks for no key: so
 * it is made to listen on the loopback address, and to answer only requests that are addressed to this
 * machine by name. The latter keeps out web pages that a person has open, which may send requests to any
 * local port.
 */
export function serveLoopbackOnly(options: BunServeOptions): BunServeOptions {
  return {
    ...options,
    hostname: '127.0.0.1',
    fetch: (request, server) => {
      const origin = request.headers.get('origin');
      const allowed = isLocal(request.url) && (origin === null || isLocal(origin));
      return allowed ? options.fetch(request, server) : new Response('Forbidden', { status: 403 });
    },
  };
}

function isLocal(url: string): boolean {
  return URL.canParse(url) && ['127.0.0.1', 'localhost'].includes(new URL(url).hostname);
}
