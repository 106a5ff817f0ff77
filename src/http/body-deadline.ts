import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { AppError } from '../errors.ts';

/** Enough for a megabyte over a poor line. */
const usualBodyMs = 30_000;

const deadlines = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/** Gives up a request whose body has not come in by then, and says so with 408. Where large ones are taken, it is lifted. */
export function limitBodyTime(bodyMs = usualBodyMs): RequestHandler {
  return (req, res, next) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = req.headers;
    if (length === '0' && encoding === undefined) return next();
    const giveUp = (): void => {
      if (req.complete) return;
      if (res.headersSent) return void req.destroy();
      res.set('Connection', 'close').once('finish', () => req.destroy());
      next(new AppError('body-too-slow', 408, 'The body did not come in in time. Nothing changed.'));
    };
    const deadline = setTimeout(giveUp, bodyMs);
    deadlines.set(req, deadline);
    req.once('close', () => clearTimeout(deadline));
    next();
  };
}

/** For a body that may take as long as the server waits for any. */
export function liftBodyDeadline(req: IncomingMessage): void {
  clearTimeout(deadlines.get(req));
}
