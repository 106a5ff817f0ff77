import type { RequestHandler } from 'express';
import { AppError } from '../errors.ts';
import { bearerOf } from './bearer-of.ts';
import type { HttpDeps } from './http-deps.ts';
import { type Identify, setIdentity } from './request-context.ts';

/** Lets only callers with a valid key through. Answers 401 (RFC 6750) otherwise. */
export function requireKey({
  authenticate,
  restrict,
  identifyPerson,
}: Pick<HttpDeps, 'authenticate' | 'restrict' | 'identifyPerson'>): RequestHandler {
  return async (req, res, next) => {
    const bearer = bearerOf(req);
    const caller = bearer === undefined ? null : await authenticate(bearer);
    if (caller === null) {
      res.set('WWW-Authenticate', `Bearer realm="baton"${bearer ? ', error="invalid_token"' : ''}`);
      throw new AppError(
        'unauthenticated',
        401,
        bearer === undefined
          ? 'Send a key: "Authorization: Bearer <key>".'
          : 'This key is not valid. Check that it was copied whole.',
      );
    }
    const { access, keyId } = caller;
    const identify: Identify = async (recipients) =>
      access.userId === null ? null : identifyPerson(access.orgId, access.userId, recipients);
    setIdentity(req, { caller, services: restrict({ access, keyId, identify }), identify });
    next();
  };
}
