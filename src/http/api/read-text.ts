import { isUtf8 } from 'node:buffer';
import express, { type RequestHandler } from 'express';
import { AppError } from '../../errors.ts';
import { maxBody } from './read-json.ts';

/**
 * Reads a body of at most 1 MB as text into `req.body`; it is empty when there is none. Answers 413, 415 for
 * another content type or charset, and 400 for what is not UTF-8.
 *
 * @param types the content types that can be read
 */
export function readText(types: readonly string[]): RequestHandler[] {
  return [requireType(types), express.raw({ type: [...types], limit: maxBody }), decode];
}

function requireType(types: readonly string[]): RequestHandler {
  return (req, _res, next) => {
    const isEmpty = req.get('content-length') === '0';
    if (!isEmpty && req.is([...types]) === false) {
      throw new AppError('unsupported-media-type', 415, `Send the body as one of: ${types.join(', ')}.`);
    }
    const charset = /charset="?([^";\s]+)/i.exec(req.get('content-type') ?? '')?.[1];
    if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset)) {
      throw new AppError('unsupported-charset', 415, 'Send the body in UTF-8.');
    }
    next();
  };
}

const decode: RequestHandler = (req, _res, next) => {
  const body: unknown = req.body;
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (!isUtf8(bytes)) {
    throw new AppError('malformed-utf-8', 400, 'The body has bytes in it that are not UTF-8.');
  }
  req.body = bytes.toString('utf8');
  next();
};
