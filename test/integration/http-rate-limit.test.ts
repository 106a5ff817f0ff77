import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpFixture, type HttpFixture, request } from '../support/http-fixture.ts';
import { createTestDatabase, isMongoMissing, type TestDatabase } from '../support/test-mongo.ts';

describe.skipIf(isMongoMissing())('how many requests are taken', () => {
  let testDatabase: TestDatabase;
  let api: HttpFixture;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    api = await createHttpFixture(testDatabase.uri, { rateLimitPerMinute: 5 });
  });
  afterAll(async () => {
    await api.close();
    await testDatabase.drop();
  });

  it('counts down in the headers, then refuses with the time to wait; strangers have their own count', async () => {
    const strangers = [];
    for (let count = 0; count < 7; count += 1) {
      strangers.push((await request(`${api.url}/api/orgs`, 'GET')).status);
    }
    expect(strangers).toEqual([401, 401, 401, 401, 401, 429, 429]);

    const left = [];
    for (let count = 0; count < 5; count += 1) {
      const { status, headers } = await api.ask('GET', '/api/orgs');
      expect(status).toBe(200);
      expect(headers.get('ratelimit-policy')).toBe('"per-minute";q=5;w=60');
      left.push(/^"per-minute";r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '')?.[1]);
    }
    expect(left).toEqual(['4', '3', '2', '1', '0']);
    const refused = await api.ask('GET', '/api/orgs');
    expect(refused).toMatchObject({ status: 429, body: { type: 'urn:baton:problem:too-many-requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await request(`${api.url}/healthz`, 'GET')).status).toBe(200);
  });
});
