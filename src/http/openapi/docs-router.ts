import { createHash } from 'node:crypto';
import { Router } from 'express';
import { refuseMethod } from '../refuse-method.ts';
import { buildDocument } from './build-document.ts';
import { docsPage } from './docs-page.ts';
import { docsStyle } from './docs-style.ts';
import { operations } from './operations.ts';

const styleHash = createHash('sha256').update(docsStyle).digest('base64');
/** The page loads nothing, runs nothing, and is styled by exactly these lines. */
const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; frame-ancestors 'none'`;

/** `/openapi.json` and `/docs`: for everybody, since they say nothing that is not in the source. */
export function docsRouter(publicUrl: string): Router {
  const document = buildDocument(operations, publicUrl);
  const page = docsPage(operations, document, publicUrl);
  const router = Router();
  router
    .route('/openapi.json')
    .get((_req, res) => {
      res.json(document);
    })
    .all(refuseMethod('GET'));
  router
    .route('/docs')
    .get((_req, res) => {
      res.set('Content-Security-Policy', contentSecurityPolicy).type('html').send(page);
    })
    .all(refuseMethod('GET'));
  return router;
}
