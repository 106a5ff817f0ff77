import { describe, expect, it } from 'vitest';
import type { ModelTurn } from '../../src/domain/model-client.ts';
import type { ToolServers } from '../../src/domain/tool-server.ts';
import { FatalError, RetryableError } from '../../src/errors.ts';
import type { MetricsAccess } from '../../src/http/metrics-router.ts';
import { createHttpApp, listen } from '../../src/http/server.ts';
import { request } from '../support/http-fixture.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createTestMetrics, emptyBacklog, seriesOf } from '../support/metrics-stage.ts';
import { stubDeps } from './http/app-stub.ts';

const provider = {
  name: 'default',
  baseUrl: 'http://localhost/v1',
  apiKey: null,
  models: ['small'],
  defaultModel: 'large',
  maxParallel: 1,
};

const answer: ModelTurn = {
  kind: 'text',
  text: 'Yes',
  finishReason: 'stop',
  usage: { promptTokens: 30, completionTokens: 4 },
  latencyMs: 700,
  structured: null,
};

async function withApp<T>(access: MetricsAccess, use: (url: string) => Promise<T>): Promise<T> {
  const metrics = createTestMetrics();
  const { contentType, http: meter } = metrics;
  const reader = { access, contentType, read: () => metrics.read() };
  const server = await listen(createHttpApp(stubDeps({ meter, metrics: reader }).deps), {
    host: '127.0.0.1',
    port: 0,
  });
  try {
    return await use(`http://127.0.0.1:${server.port}`);
  } finally {
    await server.close(0);
  }
}

function read(url: string, headers: Record<string, string> = {}): ReturnType<typeof request> {
  return request(`${url}/metrics`, 'GET', { headers });
}

describe('who may read /metrics', () => {
  it('is whoever has the key, where there is one', async () => {
    await withApp({ kind: 'key', key: 'metrics-1' }, async (url) => {
      expect((await read(url)).status).toBe(401);
      expect((await read(url, { authorization: 'Bearer metrics-2' })).status).toBe(401);
      const shown = await read(url, { authorization: 'Bearer metrics-1' });
      expect(shown.status).toBe(200);
      expect(shown.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(shown.text).toContain('process_resident_memory_bytes');
    });
  });

  it.each(['x-forwarded-for', 'forwarded', 'via'])(
    'is this machine only in local mode, and no proxy on it that sends %s',
    async (name) => {
      await withApp({ kind: 'loopback' }, async (url) => {
        expect((await read(url)).status).toBe(200);
        expect((await read(url, { [name]: '203.0.113.9' })).status).toBe(404);
      });
    },
  );

  it('is nobody in production without a key', async () => {
    await withApp({ kind: 'nobody' }, async (url) => {
      const refused = await read(url);
      expect(refused.status).toBe(404);
      expect(refused.body).toMatchObject({ detail: expect.stringContaining('METRICS_KEY') });
    });
  });
});

describe('the metrics', () => {
  it('count requests by the pattern of their route, so that strangers cannot make new series', async () => {
    const text = await withApp({ kind: 'loopback' }, async (url) => {
      await request(`${url}/healthz`, 'GET');
      await request(`${url}/healthz?page=7`, 'GET');
      for (const path of ['/wp-login.php', '/api/workflows/abc', `/${'x'.repeat(500)}/y`]) {
        await request(`${url}${path}`, 'GET');
      }
      return (await read(url)).text;
    });
    const series = text.match(/(?<=^baton_http_requests_total)\{.*$/gm);
    expect(series?.toSorted()).toEqual([
      '{method="GET",route="/healthz",status="200"} 2',
      '{method="GET",route="other",status="401"} 1',
      '{method="GET",route="other",status="404"} 2',
    ]);
  });

  it('count what models are asked, and name only models of the configuration', async () => {
    const metrics = createTestMetrics();
    const answers: (ModelTurn | Error)[] = [
      answer,
      answer,
      new RetryableError('too much', { code: 'model-rate-limited' }),
    ];
    const client = metrics.model.ofModels(
      {
        async complete() {
          const next = answers.shift();
          if (next instanceof Error || next === undefined) throw next;
          return next;
        },
      },
      [provider],
    );
    await client.complete({ provider: 'default', model: 'large', messages: [] });
    await client.complete({ provider: 'default', model: 'made up by somebody', messages: [] });
    const failed = client.complete({ provider: 'default', model: 'small', messages: [] });
    await expect(failed).rejects.toThrow('too much');
    expect(await seriesOf(metrics, 'baton_model_calls_total')).toEqual({
      'provider="default",model="large",result="text"': 1,
      'provider="default",model="other",result="text"': 1,
      'provider="default",model="small",result="model-rate-limited"': 1,
    });
    expect(await seriesOf(metrics, 'baton_model_tokens_total')).toEqual({
      'provider="default",model="large",direction="prompt"': 30,
      'provider="default",model="large",direction="completion"': 4,
      'provider="default",model="other",direction="prompt"': 30,
      'provider="default",model="other",direction="completion"': 4,
    });
  });

  it('count the calls of tools', async () => {
    const metrics = createTestMetrics();
    const servers: ToolServers = {
      names: () => ['crm'],
      list: async () => [],
      async call({ tool, server }) {
        if (tool === 'broken') throw new FatalError('gone', { code: 'tool-outcome-unknown' });
        if (server !== 'crm') throw new FatalError('no such server', { code: 'tool-server-unknown' });
        return { isError: tool === 'no', text: '', structured: null, sizeBytes: 0, latencyMs: 1 };
      },
      close: async () => undefined,
    };
    const tools = metrics.model.ofTools(servers);
    expect(tools.names()).toEqual(['crm']);
    await tools.call({ server: 'crm', tool: 'yes', arguments: {} });
    await tools.call({ server: 'crm', tool: 'no', arguments: {} });
    await expect(tools.call({ server: 'crm', tool: 'broken', arguments: {} })).rejects.toThrow('gone');
    await expect(tools.call({ server: 'x', tool: 'yes', arguments: {} })).rejects.toThrow('no such server');
    expect(await seriesOf(metrics, 'baton_tool_calls_total')).toEqual({
      'server="crm",result="done"': 1,
      'server="crm",result="tool-error"': 1,
      'server="crm",result="tool-outcome-unknown"': 1,
      'server="other",result="tool-server-unknown"': 1,
    });
  });

  it('count deliveries, possible duplicates and what was lost to other workers', async () => {
    const metrics = createTestMetrics();
    metrics.sent('delivered');
    metrics.sent('dead');
    metrics.counters.slack.duplicatesPossible += 2;
    metrics.counters.engine.effectsFenced += 3;
    expect(await seriesOf(metrics, 'baton_delivery_attempts_total')).toEqual({
      'result="delivered"': 1,
      'result="dead"': 1,
    });
    expect(await seriesOf(metrics, 'baton_slack_duplicates_possible_total')).toEqual({ '': 2 });
    expect(await seriesOf(metrics, 'baton_effects_fenced_total')).toEqual({ '': 3 });
  });

  it('ask the database at most every five seconds, and say so when it does not answer', async () => {
    const clock = new ManualClock();
    let asked = 0;
    const metrics = createTestMetrics({
      clock,
      async readBacklog() {
        asked += 1;
        if (asked === 2) throw new Error('away');
        return { ...emptyBacklog, due: 7, lagMs: 1_500 };
      },
    });
    await metrics.read();
    expect(await seriesOf(metrics, 'baton_sweep_lag_seconds')).toEqual({ '': 1.5 });
    expect(asked).toBe(1);
    clock.advance(6_000);
    expect(await seriesOf(metrics, 'baton_backlog_readable')).toEqual({ '': 0 });
    expect(await seriesOf(metrics, 'baton_due_executions')).toEqual({});
    clock.advance(6_000);
    expect(await seriesOf(metrics, 'baton_due_executions')).toEqual({ '': 7 });
  });
});
