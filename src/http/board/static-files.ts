import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type RequestHandler, Router } from 'express';
import { NotFoundError } from '../../errors.ts';
import { refuseMethod } from '../refuse-method.ts';

interface StaticFile {
  content: Buffer;
  type: string;
  /** Changes with the content, so that a browser may keep the file for ever under an address that has it. */
  version: string;
}

const oneYear = 'public, max-age=31536000, immutable';
const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Read once, at the start: what the pages link to, under the names that they have in an address. */
const files: ReadonlyMap<string, StaticFile> = new Map(
  Object.entries({
    'board.css': ownFile('board.css'),
    'board.js': ownFile('board.js'),
    'live.js': ownFile('live.js'),
    'workflow.js': ownFile('workflow.js'),
    'icon.svg': ownFile('icon.svg'),
    'htmx.js': packageFile('htmx.org', 'dist/htmx.min.js'),
    'sortable.js': packageFile('sortablejs', 'Sortable.min.js'),
  }).map(([name, path]) => [name, readStaticFile(name, path)]),
);

/** The address of a file, which changes when the file does. @throws TypeError for a file that there is not */
export function assetUrl(name: string): string {
  const file = files.get(name);
  if (file === undefined) throw new TypeError(`the board has no file ${name}`);
  return `/board/assets/${name}?v=${file.version}`;
}

/** `/board/assets`: for everybody, since they say nothing that is not in the source. */
export function staticFilesRouter(): Router {
  const router = Router();
  router.route('/:name').get(sendFile).all(refuseMethod('GET'));
  return router;
}

const sendFile: RequestHandler<{ name: string }> = (req, res) => {
  const file = files.get(req.params.name);
  if (file === undefined) throw new NotFoundError('There is no such file.', 'no-such-route');
  const isVersioned = req.query['v'] === file.version;
  res.set({
    'Content-Type': file.type,
    'Cache-Control': isVersioned ? oneYear : 'no-cache',
    ETag: `"${file.version}"`,
  });
  if (req.get('If-None-Match') === `"${file.version}"`) res.status(304).end();
  else res.send(file.content);
};

function readStaticFile(name: string, path: string): StaticFile {
  const content = readFileSync(path);
  const version = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { content, version, type: types[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream' };
}

/** The nearest `public/board` above: it lies beside `src`, wherever the compiled program lies. */
function ownFile(name: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, 'public', 'board', name);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) throw new Error(`public/board/${name} is missing; install Baton again`);
  }
}

/** A file of an installed package. */
function packageFile(packageName: string, name: string): string {
  return join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), name);
}
