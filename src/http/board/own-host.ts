import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { AppError } from '../../errors.ts';

/**
 * A page elsewhere can point a name of its own at this machine and read what it serves (DNS rebinding). So the board
 * answers only under names that are ours: localhost, an address, the public URL.
 *
 * @throws AppError 421
 */
export function requireOwnHost(publicUrl: string): RequestHandler {
  const publicHost = new URL(publicUrl).hostname;
  return (req, _res, next) => {
    const host = req.hostname ?? '';
    const address = host.replace(/^\[|\]$/g, '');
    if (host === 'localhost' || host === publicHost || isIP(address) !== 0) return next();
    throw new AppError(
      'wrong-host',
      421,
      `The board is open under ${publicUrl}/board, and not under this name.`,
    );
  };
}

/** True for a request that comes from this machine, and was not handed on by a proxy. */
export function isFromThisMachine(req: Request): boolean {
  const isForwarded = req.get('X-Forwarded-For') !== undefined || req.get('Forwarded') !== undefined;
  const address = req.socket.remoteAddress ?? '';
  return !isForwarded && (address === '::1' || /^(::ffff:)?127\./.test(address));
}
