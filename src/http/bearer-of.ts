import type { Request } from 'express';

/** RFC 6750, with any printable character in the key. */
const bearerPattern = /^Bearer +([\x21-\x7e]+) *$/i;

/** What was sent as a bearer token; undefined when nothing was. */
export function bearerOf(req: Request): string | undefined {
  return bearerPattern.exec(req.get('authorization') ?? '')?.[1];
}
