import type { Request } from 'express';

/** Is told of each request that was answered, to count it. `route` is a pattern such as `/api/workflows/:id`. Must not throw. */
export type HttpMeter = (request: {
  method: string;
  route: string;
  status: number;
  durationMs: number;
}) => void;

/** Where routers are mounted. */
const mounts = new Set(['', '/api', '/board', '/v1']);
const otherRoute = 'other';

/**
 * The route that answered, as it was written: its parameters are not filled in, so that there are few
 * different ones whatever strangers ask for. What no route answered is `other`.
 */
export function routeOf(req: Request): string {
  const path: unknown = (req.route as { path?: unknown } | undefined)?.path;
  if (typeof path !== 'string') return otherRoute;
  // While an answer is sent `baseUrl` may be restored already, so the mount is what the path leaves over.
  const asked = segmentsOf(req.originalUrl.split('?')[0] ?? '');
  const written = segmentsOf(path);
  const mount = asked.slice(0, Math.max(0, asked.length - written.length)).map((segment) => `/${segment}`);
  const prefix = mount.join('');
  if (!mounts.has(prefix)) return otherRoute;
  return `${prefix}${path === '/' && prefix !== '' ? '' : path}`;
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}
