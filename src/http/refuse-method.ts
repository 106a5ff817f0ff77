import type { RequestHandler } from 'express';
import { AppError } from '../errors.ts';

/** For the end of a route: any other method is answered with 405 and what is allowed. */
export function refuseMethod(...allowed: string[]): RequestHandler {
  const methods = (allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed).join(', ');
  return (req, res) => {
    res.set('Allow', methods);
    throw new AppError('method-not-allowed', 405, `${req.method} is not possible here: use ${methods}.`);
  };
}
