import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkImports } from '../support/imports/check-imports.ts';
import { findImpurities } from '../support/imports/find-impurities.ts';
import { readImports } from '../support/imports/read-imports.ts';
import { readSourceTree } from '../support/imports/read-source-tree.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FOLDERS = ['src', 'blocks', 'models', 'jobs', 'test'];

/** Files that are there for the planted ones to import. */
const TARGETS = {
  'src/errors.ts': '',
  'src/clock.ts': '',
  'src/logger.ts': '',
  'src/config.ts': 'export const env = process.env;',
  'src/domain/a.ts': '',
  'src/engine/a.ts': '',
  'src/slack/a.ts': '',
  'src/http/a.ts': '',
  'src/llm/a.ts': '',
  'src/mcp/a.ts': '',
  'src/local/a.ts': '',
  'src/app.ts': '',
  'src/main.ts': '',
  'models/a.ts': '',
  'blocks/a.ts': '',
  'jobs/a.ts': '',
  'test/support/a.ts': '',
};

function problemsOf(path: string, source: string): string[] {
  return checkImports({ ...TARGETS, [path]: source }, { dependencies: ['zod', 'mongoose', '@slack/bolt'] });
}

describe('the import directions', () => {
  it('hold in every file of the repository', () => {
    const tree = readSourceTree(ROOT, FOLDERS);
    // Not the optional ones: production runs without them, so they are looked up when they are needed.
    const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(Object.keys(tree)).toContain('src/errors.ts');
    expect(checkImports(tree, { dependencies: Object.keys(dependencies) })).toEqual([]);
  });

  it.each([
    ['src/domain/x.ts', "import { a } from '../engine/a.ts';", 'domain may not import engine'],
    ['src/domain/x.ts', "import type { A } from '../../models/a.ts';", 'domain may not import models'],
    ['src/domain/x.ts', "import { a } from '../../blocks/a.ts';", 'domain may not import blocks'],
    ['src/domain/x.ts', "import { a } from '../logger.ts';", 'domain may not import logger'],
    ['src/domain/x.ts', "import { a } from '../config.ts';", 'domain may not import config'],
    ['src/domain/x.ts', "import { readFile } from 'node:fs/promises';", 'which domain may not use'],
    ['src/domain/x.ts', "import mongoose from 'mongoose';", 'which domain may not use'],
    ['blocks/x.ts', "import { a } from '../models/a.ts';", 'blocks may not import models'],
    ['blocks/x.ts', "import { a } from '../src/engine/a.ts';", 'blocks may not import engine'],
    ['blocks/x.ts', "import { a } from '../src/logger.ts';", 'blocks may not import logger'],
    ['blocks/x.ts', "import { WebClient } from '@slack/web-api';", 'blocks may import only types of it'],
    ['blocks/x.ts', "import { type Block } from '@slack/types';", 'blocks may import only types of it'],
    ['blocks/x.ts', "import 'node:fs';", 'which blocks may not use'],
    ['models/x.ts', "import { a } from '../src/engine/a.ts';", 'models may not import engine'],
    ['models/x.ts', "import { a } from '../blocks/a.ts';", 'models may not import blocks'],
    ['src/engine/x.ts', "import { a } from '../../jobs/a.ts';", 'engine may not import jobs'],
    ['src/engine/x.ts', "export { a } from '../slack/a.ts'; export const b = 1;", 'may not import slack'],
    ['src/engine/x.ts', "import { a } from '../../blocks/a.ts';", 'engine may not import blocks'],
    ['src/engine/x.ts', "import type { C } from '../config.ts';", 'engine may not import config'],
    ['src/engine/x.ts', "export const a = () => import('../http/a.ts');", 'engine may not import http'],
    ['src/engine/x.ts', "export type A = import('../llm/a.ts').A;", 'engine may not import llm'],
    ['jobs/x.ts', "import { a } from '../src/slack/a.ts';", 'jobs may not import slack'],
    ['jobs/x.ts', "import { a } from '../src/http/a.ts';", 'jobs may not import http'],
    ['src/slack/x.ts', "import { a } from '../../jobs/a.ts';", 'slack may not import jobs'],
    ['src/slack/x.ts', "import { a } from '../http/a.ts';", 'slack may not import http'],
    ['src/slack/x.ts', "import { env } from '../config.ts';", 'slack may import only types of config'],
    ['src/http/x.ts', "import { a } from '../slack/a.ts';", 'http may not import slack'],
    ['src/http/x.ts', "import { a } from '../../jobs/a.ts';", 'http may not import jobs'],
    ['src/http/x.ts', "import { a } from '../app.ts';", 'http may not import app'],
    ['src/http/x.ts', "import { a } from '../../blocks/a.ts';", 'http may not import blocks'],
    ['src/llm/x.ts', "import { a } from '../engine/a.ts';", 'llm may not import engine'],
    ['src/mcp/x.ts', "import { a } from '../llm/a.ts';", 'mcp may not import llm'],
    ['src/local/x.ts', "import { a } from '../engine/a.ts';", 'local may not import engine'],
    ['src/slack/x.ts', "import { a } from '../local/a.ts';", 'slack may not import local'],
    ['src/start.ts', "import { a } from './main.ts';", 'app may not import main'],
    ['src/main.ts', "import { a } from './engine/a.ts';", 'main may not import engine'],
    ['src/app.ts', "import { a } from '../test/support/a.ts';", 'app may not import test'],
    ['src/errors.ts', "import { a } from './clock.ts';", 'errors may not import clock'],
    ['src/http/x.ts', "import { a } from './y';", 'without .ts'],
    ['src/http/x.ts', "import { a } from './y.js';", 'without .ts'],
    ['src/http/x.ts', "import { a } from './y.ts';", 'which is not there'],
    ['src/http/x.ts', "import ws from 'ws';", 'no dependency in package.json'],
    ['src/http/x.ts', "import fs from 'fs';", 'no dependency in package.json'],
    ['src/http/x.ts', 'export const a = (name: string) => import(name);', 'whose name is computed'],
    ['src/other/x.ts', '', 'lies in no layer'],
    ['src/slack/index.ts', "export { a } from './a.ts';\nexport * from './a.ts';", 'only hands on'],
    ['src/http/x.ts', 'export const a = process.env.PORT;', 'reads process.env'],
    ['src/http/x.ts', "export const a = process['env'];", 'reads process.env'],
    ['src/http/x.ts', 'const { env } = process;', 'reads process.env'],
    ['src/http/x.ts', "import { env } from 'node:process';", 'the environment is read in src/config.ts'],
  ])('refuse in %s: %s', (path, source, expected) => {
    const problems = problemsOf(path, source);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(expected);
    expect(problems[0]).toMatch(new RegExp(`^${path}:1 `));
  });

  it.each([
    ['src/domain/x.ts', "import { z } from 'zod'; import { a } from '../errors.ts';"],
    ['src/domain/x.ts', "import { createHash } from 'node:crypto'; import { b } from './a.ts';"],
    [
      'blocks/x.ts',
      "import type { KnownBlock } from '@slack/types'; import { a } from '../src/domain/a.ts';",
    ],
    ['models/x.ts', "import mongoose from 'mongoose'; import { a } from '../src/domain/a.ts';"],
    ['src/engine/x.ts', "import { a } from '../../models/a.ts'; import { b } from '../logger.ts';"],
    ['jobs/x.ts', "import { a } from '../src/engine/a.ts'; import { b } from '../blocks/a.ts';"],
    ['src/slack/listeners/index.ts', "import { a } from '../a.ts'; export const register = () => a;"],
    ['src/slack/x.ts', "import type { C } from '../config.ts'; import { App } from '@slack/bolt';"],
    ['src/app.ts', "import { a } from './local/a.ts'; import { b } from './slack/a.ts';"],
    ['src/main.ts', "import { a } from './app.ts';"],
    ['test/unit/x.test.ts', "import 'ws'; import { a } from '../../src/main.ts'; process.env.CI;"],
  ])('allow in %s: %s', (path, source) => {
    expect(problemsOf(path, source)).toEqual([]);
  });

  it('let the pure transition reach nothing that does I/O', () => {
    const tree = readSourceTree(ROOT, FOLDERS);
    expect(findImpurities(tree, 'src/engine/transition.ts')).toEqual([]);
  });

  it('see through the files between a pure one and what does I/O', () => {
    const tree = {
      'src/engine/transition.ts': "import { a } from './a.ts';",
      'src/engine/a.ts': "import 'node:fs';\nimport { b } from '../logger.ts';\nimport { z } from 'zod';",
    };
    expect(findImpurities(tree, 'src/engine/transition.ts')).toEqual([
      'src/engine/a.ts:1 imports node:fs',
      'src/engine/a.ts:2 imports ../logger.ts',
    ]);
  });

  it('refuse a cycle and show the way round, also through types', () => {
    const problems = checkImports(
      {
        'src/engine/a.ts': "import { b } from './b.ts';",
        'src/engine/b.ts': "import { c } from './c.ts';",
        'src/engine/c.ts': "import type { B } from './b.ts';",
      },
      { dependencies: [] },
    );
    expect(problems).toEqual([
      'src/engine/b.ts:1 imports itself: src/engine/b.ts -> src/engine/c.ts -> src/engine/b.ts',
    ]);
  });
});

describe('reading the imports of a source', () => {
  it('finds every form, in order, with its line', () => {
    const source = [
      "import a, { type B } from 'one';",
      "import type { C } from 'two';",
      "import * as d from 'three';",
      "import 'four';",
      "export { e } from 'five';",
      "export type * from 'six';",
      "const f = await import('seven');",
      "const g = require('eight');",
      "export const h = `${await import('nine')}`;",
      "import type I from 'ten';",
    ].join('\n');
    expect(
      readImports(source).imports.map(({ specifier, typeOnly, line }) => [specifier, typeOnly, line]),
    ).toEqual([
      ['one', false, 1],
      ['two', true, 2],
      ['three', false, 3],
      ['four', false, 4],
      ['five', false, 5],
      ['six', true, 6],
      ['seven', false, 7],
      ['eight', false, 8],
      ['nine', false, 9],
      ['ten', true, 10],
    ]);
  });

  it('is not misled by comments, strings, templates, regular expressions and properties', () => {
    const source = [
      "// import 'a';",
      "/* import 'b'; */",
      'const c = "import \'c\'";',
      "const d = `import 'd' ${`it's`} import 'e'`;",
      "const f = /import 'f' [/'\"`]/.test(c) ? 4 / 2 : d / 1;",
      "const g = { import: 'g', from: 'h', import2() {} };",
      "const i = loader.import('i');",
      'export const url = import.meta.url;',
      'export { c, d };',
    ].join('\n');
    expect(readImports(source).imports).toEqual([]);
  });
});
