import type { Router } from 'express';

interface Layer {
  route?: { path: string; stack: { method?: string }[] };
  handle?: { stack?: Layer[] };
}

/** Every method and path that a router answers, routers within it included; those of `all` (405) are left out. */
export function listRoutes(router: Router): string[] {
  return (router.stack as unknown as Layer[]).flatMap(routesOf).toSorted();
}

function routesOf({ route, handle }: Layer): string[] {
  if (route === undefined) return (handle?.stack ?? []).flatMap(routesOf);
  const methods = new Set(route.stack.flatMap(({ method }) => method ?? []));
  return [...methods].map((method) => `${method} ${route.path}`);
}
