import { type Request, type RequestHandler, urlencoded } from 'express';
import { AppError } from '../../errors.ts';
import { html, type SafeHtml } from './html.ts';
import { isSameToken, type Viewer, viewerOf } from './viewer.ts';

const fieldName = 'csrf';
const headerName = 'X-CSRF-Token';

/** Reads the form of a page. Arrays and plain texts only: no name is read as a path. */
export const readForm: RequestHandler = urlencoded({ extended: false, limit: '1mb', parameterLimit: 2_000 });

/** The field that every form of the board has. */
export function csrfField({ csrfToken }: Pick<Viewer, 'csrfToken'>): SafeHtml {
  return html`<input type="hidden" name="${fieldName}" value="${csrfToken}">`;
}

/** What htmx sends with everything that it asks for, as an attribute of the page's body. */
export function csrfHeaders({ csrfToken }: Pick<Viewer, 'csrfToken'>): string {
  return JSON.stringify({ [headerName]: csrfToken });
}

/**
 * Refuses changes that another site's page has sent. Browsers say where a request comes from; a program that does not
 * say it has no cookie that it did not get itself.
 *
 * @throws AppError 403
 */
export const requireSameOrigin: RequestHandler = (req, _res, next) => {
  if (isSafe(req) || comesFromHere(req)) return next();
  throw new AppError('cross-site', 403, 'This came from a page that is not Baton’s. Nothing changed.');
};

/** Refuses changes without the page's own token. After `requireSession` and `readForm`. @throws AppError 403 */
export const requireCsrfToken: RequestHandler = (req, _res, next) => {
  if (isSafe(req)) return next();
  const given = req.get(headerName) ?? fieldOf(req, fieldName);
  if (isSameToken(given, viewerOf(req).csrfToken)) return next();
  throw new AppError(
    'csrf',
    403,
    'This page is from another session. Load it again, and then do it once more. Nothing changed.',
  );
};

/** A field of the form that was sent, trimmed; '' when it is missing. Of several values the first. */
export function fieldOf({ body }: Request, name: string): string {
  return fieldsOf(body, name)[0]?.trim() ?? '';
}

/** All values of a field, as they were sent. */
export function fieldsOf(body: unknown, name: string): string[] {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return [];
  const value: unknown = (body as Record<string, unknown>)[name];
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.filter((item) => typeof item === 'string');
}

function isSafe({ method }: Request): boolean {
  return method === 'GET' || method === 'HEAD';
}

function comesFromHere(req: Request): boolean {
  const site = req.get('Sec-Fetch-Site');
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  const origin = req.get('Origin');
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === req.get('Host');
}
