import express, { type Request, type RequestHandler } from 'express';
import { maxBody, readJson } from '../api/read-json.ts';
import { assertSafeJson } from '../api/safe-json.ts';

const formType = 'application/x-www-form-urlencoded';
const maxFormFields = 300;

/** True for a request whose body is a form: its values are texts. */
export function isForm(req: Pick<Request, 'is'>): boolean {
  return req.is(formType) === formType;
}

/**
 * Reads JSON, or a form as simple tools send it, into `req.body`; a field that comes several times is a list.
 * At most 1 MB; refusals as `readJson`.
 */
export function readIntakeBody(): RequestHandler[] {
  const form = express.urlencoded({ extended: false, limit: maxBody, parameterLimit: maxFormFields });
  return [
    whenForm(true, form),
    whenForm(true, takePlainForm),
    ...readJson().map((handler) => whenForm(false, handler)),
  ];
}

function whenForm(expected: boolean, handler: RequestHandler): RequestHandler {
  return (req, res, next) => (isForm(req) === expected ? handler(req, res, next) : next());
}

/** The parser's object has no prototype. */
const takePlainForm: RequestHandler = (req, _res, next) => {
  req.body = { ...(req.body as Record<string, unknown>) };
  assertSafeJson(req.body, '');
  next();
};
