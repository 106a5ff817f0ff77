import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import express, { type RequestHandler } from 'express';
import { AppError } from '../../errors.ts';
import { assertSafeJson } from './safe-json.ts';

/** For every body of the API. */
export const maxBody = '1mb';

/**
 * Reads JSON bodies of at most 1 MB into `req.body`, which stays undefined when there is none. Answers
 * 400 for what is no JSON, 413, 415 for another content type, and 422 for JSON that cannot be kept.
 */
export function readJson(): RequestHandler[] {
  return [requireJson, express.json({ limit: maxBody, verify: noteEncoding }), requireSafeBody];
}

const requireJson: RequestHandler = (req, _res, next) => {
  const isEmpty = req.get('content-length') === '0';
  if (!isEmpty && req.is('application/json') === false) {
    throw new AppError(
      'unsupported-media-type',
      415,
      'Send the body as JSON, with "Content-Type: application/json".',
    );
  }
  next();
};

/** Bodies whose bytes are no UTF-8: a decoder puts other characters in their place, and nobody would know. */
const badlyEncoded = new WeakSet<IncomingMessage>();

function noteEncoding(req: IncomingMessage, _res: unknown, body: Buffer, encoding: string): void {
  if (encoding === 'utf-8' && !isUtf8(body)) badlyEncoded.add(req);
}

const requireSafeBody: RequestHandler = (req, _res, next) => {
  if (badlyEncoded.has(req)) {
    throw new AppError('malformed-utf-8', 400, 'The body has bytes in it that are not UTF-8.');
  }
  assertSafeJson(req.body, '');
  next();
};
