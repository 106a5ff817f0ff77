import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { createApiRouter } from '../../../src/http/api/api-router.ts';
import { createIntakeRouter } from '../../../src/http/intake/intake-router.ts';
import { operations } from '../../../src/http/openapi/operations.ts';
import { createHttpApp, listen } from '../../../src/http/server.ts';
import { type Answer, request } from '../../support/http-fixture.ts';
import { checkAnswer } from '../../support/openapi/check-answer.ts';
import { listRoutes } from '../../support/openapi/express-routes.ts';
import { stubDeps } from './app-stub.ts';

async function ask(path: string): Promise<Answer> {
  const server = await listen(createHttpApp(stubDeps().deps), { host: '127.0.0.1', port: 0 });
  try {
    return await request(`http://127.0.0.1:${server.port}${path}`, 'GET');
  } finally {
    await server.close(1_000);
  }
}

describe('the document of the API', () => {
  it('is valid OpenAPI 3.1, for whoever asks', async () => {
    const answer = await ask('/api/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.body['openapi']).toBe('3.1.0');
    expect(await new Validator().validate(answer.body)).toEqual({ valid: true });
  });

  it('has every route of the app, and no other', () => {
    const documented = operations.map(
      ({ method, path }) => `${method} ${path.replace('/api', '').replaceAll(/\{(\w+)\}/g, ':$1')}`,
    );
    const undocumented = ['get /docs', 'get /openapi.json'];
    const { deps } = stubDeps();
    const ofIntakes = listRoutes(createIntakeRouter(deps)).map((route) =>
      route.replace(' /', ' /v1/intake/'),
    );
    const routes = [...listRoutes(createApiRouter(deps)), ...ofIntakes];
    expect([...documented, ...undocumented].toSorted()).toEqual(routes.toSorted());
  });

  it('says of each change of the steps that the answer tells what the check finds', () => {
    const changes = operations.filter(({ tag, method }) => tag === 'Steps' && method !== 'get');
    const answers = changes.flatMap((operation) => Object.values(operation.answers));
    expect(answers).toHaveLength(4);
    for (const { description } of answers) expect(description).toContain('`Baton-Check`');
  });

  it('names each operation once', () => {
    const ids = operations.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });
});

describe('the check of answers', () => {
  const seen = { method: 'GET', path: '/api/orgs', status: 200, contentType: 'application/json' };

  it('lets pass what the document says', () => {
    expect(() => checkAnswer({ ...seen, text: '{"items":[],"nextCursor":null}' })).not.toThrow();
  });

  it.each([
    ['a field that is not in it', { ...seen, text: '{"items":[],"nextCursor":null,"more":1}' }],
    ['another status', { ...seen, status: 201, text: '{"items":[],"nextCursor":null}' }],
    ['another type', { ...seen, contentType: 'text/html', text: '<p>' }],
    ['an unknown route', { ...seen, path: '/api/secrets', text: '{}' }],
  ])('refuses %s', (_name, answer) => {
    expect(() => checkAnswer(answer)).toThrow('document');
  });
});

describe('the page of the API', () => {
  it('shows each call with a command, loads nothing, and runs nothing', async () => {
    const { status, text, headers } = await ask('/api/docs');
    expect(status).toBe(200);
    for (const { id, summary } of operations) {
      expect(text).toContain(`id="${id}"`);
      expect(text).toContain(summary);
    }
    expect(text.match(/curl -sS/g)).toHaveLength(operations.length);
    expect(text).not.toMatch(/<script|src=|@import/);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });
});
