import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testOrgId, userMessage, wait } from '../support/builders.ts';
import { adminKey, createHttpFixture, type HttpFixture, request } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

interface Problem {
  type: string;
  status: number;
  detail: string;
  errors?: { path: string; message: string }[];
}

const noId = 'f'.repeat(24);

describe.skipIf(isMongoMissing())('what is malformed', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;
  let workflowId: string;
  let executionId: string;
  let stepId: string;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri);
    const { id } = await api.createWorkflow([userMessage('one'), wait('hold', { signal: 'go' })]);
    workflowId = id;
    const path = `/api/workflows/${id}/executions`;
    const started = await api.ask<{ id: string }>('POST', path, { body: { inputs: {} } });
    executionId = started.body.id;
    stepId = (await api.workflows.get(testOrgId, id)).definition.steps[0]?.id ?? '';
  });
  afterEach(() => {
    expect(api.errorLog).toEqual([]);
  });
  afterAll(async () => {
    await api.close();
    await testDatabase.drop();
  });

  const postPaths = (): string[] => [
    '/api/workflows',
    `/api/orgs/${testOrgId}/workflows`,
    `/api/workflows/${workflowId}/steps`,
    `/api/workflows/${workflowId}/executions`,
    ...['complete-step', 'cancel', 'retry', 'reroute', 'reassign', 'signal'].map(
      (verb) => `/api/workflows/executions/${executionId}/${verb}`,
    ),
  ];

  it.each(['{', '{"inputs":', 'nonsense', '"text"', 'null', '5', "{'a': 1}"])(
    'answers 400 for a body that is no JSON object: %s',
    async (body) => {
      for (const path of postPaths()) {
        const answer = await api.ask<Problem>('POST', path, { body });
        expect(answer).toMatchObject({ status: 400, body: { type: 'urn:baton:problem:malformed-json' } });
      }
    },
  );

  it('answers 422 for a list instead of an object', async () => {
    for (const path of postPaths()) {
      const answer = await api.ask<Problem>('POST', path, { body: [] });
      expect([path, answer.status]).toEqual([path, 422]);
    }
  });

  it('answers 422 for a field that is unknown, and names it', async () => {
    for (const path of postPaths().filter((candidate) => !candidate.endsWith('/steps'))) {
      const answer = await api.ask<Problem>('POST', path, { body: { nonsense: 1 } });
      expect(answer.status).toBe(422);
      expect(answer.body.errors?.map((error) => error.path)).toContain('nonsense');
    }
  });

  it('answers 415 for a body that is not JSON', async () => {
    for (const contentType of ['text/plain', 'application/x-www-form-urlencoded', 'text/json']) {
      const answer = await api.ask<Problem>('POST', '/api/workflows', {
        body: '{"name":"x"}',
        headers: { 'content-type': contentType },
      });
      expect(answer).toMatchObject({ status: 415, body: { status: 415 } });
    }
  });

  it('answers 415 for an encoding or a character set that it does not read', async () => {
    const encoded = await api.ask('POST', '/api/workflows', {
      body: '{}',
      headers: { 'content-encoding': 'zstd' },
    });
    expect(encoded.status).toBe(415);
    const latin = await api.ask('POST', '/api/workflows', {
      body: '{}',
      headers: { 'content-type': 'application/json; charset=latin1' },
    });
    expect(latin.status).toBe(415);
  });

  it('answers 413 for a body over 1 MB, also when it was compressed', async () => {
    const body = JSON.stringify({ inputs: { text: 'x'.repeat(1_100_000) } });
    const path = `/api/workflows/${workflowId}/executions`;
    const plain = await api.ask<Problem>('POST', path, { body });
    expect(plain).toMatchObject({ status: 413, body: { type: 'urn:baton:problem:body-too-large' } });
    const response = await fetch(`${api.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${adminKey}`,
        'content-type': 'application/json',
        'content-encoding': 'gzip',
      },
      body: gzipSync(body),
    });
    expect(response.status).toBe(413);
  });

  it('answers 400 for bytes that are no UTF-8, and 413 for 10 MB', async () => {
    const path = `${api.url}/api/workflows/${workflowId}/executions`;
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
    const bytes = Buffer.concat([
      Buffer.from('{"inputs":{"a":"'),
      Buffer.from([0xff, 0xc0]),
      Buffer.from('"}}'),
    ]);
    const invalid = await fetch(path, { method: 'POST', headers, body: bytes });
    expect(invalid.status).toBe(400);
    const large = await fetch(path, { method: 'POST', headers, body: 'x'.repeat(10_000_000) });
    expect(large.status).toBe(413);
  });

  it('reads no body of somebody without a key', async () => {
    const answer = await request(`${api.url}/api/workflows`, 'POST', { body: '{' });
    expect(answer.status).toBe(401);
  });

  it.each([
    ['a key of the language', '{"inputs":{"__proto__":{"admin":true}}}', 'inputs'],
    ["a key of the database's driver", '{"inputs":{"_bsontype":"ObjectId"}}', 'inputs'],
    ['a key with a null character', '{"inputs":{"a\\u0000b":1}}', 'inputs'],
    ['a key that starts with $', '{"inputs":{"$where":"1"}}', 'inputs'],
    ['a key with a dot', '{"inputs":{"a.b":1}}', 'inputs'],
    ['half of a character', '{"inputs":{"a":"\\ud800"}}', 'inputs/a'],
    ['a number that is none', '{"inputs":{"a":1e999}}', 'inputs/a'],
    ['no object for the inputs', '{"inputs":[]}', 'inputs'],
    ['null for the inputs', '{"inputs":null}', 'inputs'],
  ])('answers 422 for %s', async (_what, body, path) => {
    const answer = await api.ask<Problem>('POST', `/api/workflows/${workflowId}/executions`, { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors?.map((error) => error.path)).toContain(path);
  });

  it('answers 422 for what nests too deep, however deep', async () => {
    for (const depth of [40, 70, 5_000, 200_000]) {
      const body = `{"inputs":{"a":${'['.repeat(depth)}${']'.repeat(depth)}}}`;
      const answer = await api.ask('POST', `/api/workflows/${workflowId}/executions`, { body });
      expect(answer.status).toBe(422);
    }
  });

  it.each([
    '',
    'x',
    '1',
    noId.toUpperCase(),
    `${noId}0`,
    '%00',
    '..%2f..',
    '%F0%9F%99%82',
    '[object Object]',
    noId,
  ])('answers 404 for an id that names nothing: "%s"', async (id) => {
    const paths = [
      `/api/workflows/${id}/steps`,
      `/api/workflows/${id}/executions`,
      `/api/workflows/executions/${id}/stack`,
      `/api/workflows/executions/${id}/logs`,
      `/api/orgs/${id}/workflows`,
    ];
    for (const path of paths) {
      const answer = await api.ask<Problem>('GET', path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  });

  it('answers 400 for a path that cannot be decoded', async () => {
    const answer = await api.ask<Problem>('GET', '/api/workflows/%E0%A4%A');
    expect(answer).toMatchObject({ status: 400, body: { type: 'urn:baton:problem:malformed-url' } });
  });

  it('answers 404 for a route that does not exist, in the API and outside', async () => {
    for (const path of ['/api', '/api/nothing', '/api/workflows/a/b/c/d', '/nothing', '/v2/intake/x']) {
      const answer = await api.ask<Problem>('GET', path);
      expect(answer).toMatchObject({ status: 404, body: { type: 'urn:baton:problem:no-such-route' } });
    }
  });

  it.each([
    ['DELETE', '/api/workflows', 'POST'],
    ['GET', '/api/workflows', 'POST'],
    ['PUT', `/api/workflows/${noId}`, 'GET, PATCH, DELETE, HEAD'],
    ['POST', `/api/workflows/${noId}/steps/order`, 'PUT'],
    ['PUT', `/api/workflows/${noId}/steps/${noId}`, 'GET, PATCH, DELETE, HEAD'],
    ['DELETE', `/api/workflows/${noId}/steps`, 'GET, POST, HEAD'],
    ['GET', `/api/workflows/executions/${noId}/cancel`, 'POST'],
    ['POST', `/api/workflows/executions/${noId}`, 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
  ])('answers 405 for %s %s, with what is allowed', async (method, path, allowed) => {
    const answer = await api.ask(method, path, method === 'GET' ? {} : { body: {} });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allowed);
  });

  it('refuses a step that is too long, in one text or in all', async () => {
    const path = `/api/workflows/${workflowId}/steps`;
    const inputsTemplate = { message: 'x', more: [{ deep: 'y'.repeat(12_001) }] };
    const oneText = await api.ask<Problem>('POST', path, {
      body: { ...userMessage('long'), inputsTemplate },
    });
    expect(oneText).toMatchObject({ status: 422, body: { errors: [{ path: 'inputsTemplate' }] } });
    const texts = { message: 'x', more: Array.from({ length: 12 }, () => 'y'.repeat(11_999)) };
    const all = await api.ask<Problem>('POST', path, {
      body: { ...userMessage('long'), inputsTemplate: texts },
    });
    expect(all).toMatchObject({ status: 422, body: { errors: [{ path: '' }] } });
  });

  it.each(['', 'two words', 'x'.repeat(256)])('refuses the idempotency key "%s"', async (key) => {
    const answer = await api.ask<Problem>('POST', `/api/workflows/${workflowId}/executions`, {
      body: { inputs: {} },
      headers: { 'idempotency-key': key },
    });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'Idempotency-Key' }] } });
  });

  it('refuses an object that cannot be compared where a text or a list is expected', async () => {
    const odd = { length: { toString: 'HUMAN' } };
    const routes: [string, string, object][] = [
      [
        'POST',
        `/api/orgs/${testOrgId}/workflows`,
        { name: 'Odd', steps: [{ ...userMessage('a'), handoffs: odd }] },
      ],
      ['PATCH', `/api/workflows/${workflowId}/steps/${stepId}`, { handoffs: odd }],
    ];
    for (const [method, path, body] of routes) {
      const answer = await api.ask<Problem>(method, path, { body });
      expect([path, answer.status, answer.text]).toEqual([path, 422, expect.stringContaining('is expected')]);
    }
  });

  it('never answers 500, whatever JSON is sent', async () => {
    const words = `orgId name description inputsSchema teamId steps type inputsTemplate inputs stepName output outcome
       comment reason payload to from note status stepIds handoffs message $ref a.b constructor toString then length id for until signal`;
    const field = fc.constantFrom(...words.split(/\s+/));
    const leaf = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<unknown>,
      fc.constantFrom('HUMAN', 'USER_MESSAGE', 'WAIT', 'one', 'go', '{{', '{{inputs.a}}', testOrgId, '1d'),
    );
    const { body } = fc.letrec<{ body: unknown; value: unknown }>((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('body')),
      body: fc.dictionary(field, tie('value'), { maxKeys: 5 }),
    }));
    await fc.assert(
      fc.asyncProperty(fc.nat(), body, async (which, sent) => {
        const routes: [string, string][] = [
          ...postPaths().map((path): [string, string] => ['POST', path]),
          ['PATCH', `/api/workflows/${workflowId}`],
          ['PATCH', `/api/workflows/${workflowId}/steps/${stepId}`],
          ['PUT', `/api/workflows/${workflowId}/steps/order`],
          ['POST', `/api/orgs/${testOrgId}/teams`],
          ['POST', `/api/orgs/${testOrgId}/members`],
          ['POST', `/api/orgs/${testOrgId}/api-keys`],
          ['POST', `/api/orgs/${testOrgId}/plugins`],
          ['POST', `/api/workflows/${workflowId}/event-handlers`],
        ];
        const [method, path] = routes[which % routes.length] ?? ['', ''];
        const answer = await api.ask(method, path, { body: sent });
        expect(answer.status, answer.text).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });
});
