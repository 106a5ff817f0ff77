import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config.ts';
import { loadConfig, publicUrlOf } from '../../src/config.ts';
import { ValidationError } from '../../src/errors.ts';

const HTTP_SLACK = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'sign-1' };
const PRODUCTION = { NODE_ENV: 'production', MONGODB_URI: 'mongodb://db.example/baton', ...HTTP_SLACK };

function refusal(env: NodeJS.ProcessEnv): ValidationError {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ValidationError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

function wrongVariables(env: NodeJS.ProcessEnv): string[] {
  return refusal(env).fields.map(({ path }) => path);
}

describe('loadConfig', () => {
  it('gives a working local configuration for an empty environment', () => {
    expect(loadConfig({})).toEqual({
      mode: 'local',
      http: { port: 3000, host: '127.0.0.1', publicUrl: null },
      database: { kind: 'embedded' },
      dataDir: resolve('.data'),
      slack: { kind: 'local' },
      slackSignIn: null,
      providers: [],
      toolServers: [],
      adminKey: null,
      metricsKey: null,
      logLevel: 'info',
      local: { slackPort: 3010, mongodBinary: null },
      encryptionKeys: [],
      webhooks: { allowPrivate: true, requireHttps: false },
      leaseMs: 20_000,
      rateLimitPerMinute: 600,
      failpoint: null,
    });
  });

  it('counts empty and blank variables as unset', () => {
    const blank = Object.fromEntries(
      [
        'PORT',
        'NODE_ENV',
        'MONGODB_URI',
        'SLACK_BOT_TOKEN',
        'SLACK_CLIENT_ID',
        'OPENAI_BASE_URL',
        'LOG_LEVEL',
      ].map((name, index) => [name, index % 2 === 0 ? '' : ' \n']),
    );

    expect(loadConfig(blank)).toEqual(loadConfig({}));
  });

  it('listens on every address in production', () => {
    expect(loadConfig(PRODUCTION)).toMatchObject({ mode: 'production', http: { host: '0.0.0.0' } });
  });

  it('sends webhooks in production to public addresses by https only', () => {
    expect(loadConfig(PRODUCTION).webhooks).toEqual({ allowPrivate: false, requireHttps: true });
  });

  it('is frozen to its depths', () => {
    const config = loadConfig(PRODUCTION);

    expect([config, config.http, config.slack, config.database, config.local].every(Object.isFrozen)).toBe(
      true,
    );
  });

  it.each<[what: string, env: NodeJS.ProcessEnv, expected: object]>([
    ['a port that the system chooses', { PORT: '0' }, { http: { port: 0 } }],
    ['a host', { HOST: '::1' }, { http: { host: '::1' } }],
    [
      'a public URL, without its last slash',
      { PUBLIC_URL: 'https://b.example/x/' },
      { http: { publicUrl: 'https://b.example/x' } },
    ],
    [
      'a database',
      { MONGODB_URI: 'mongodb+srv://u:p@a.example/b?w=1' },
      { database: { kind: 'uri', uri: 'mongodb+srv://u:p@a.example/b?w=1' } },
    ],
    ['several database hosts', { MONGODB_URI: 'mongodb://a:1,b:2/x' }, { database: { kind: 'uri' } }],
    ['a data folder, as an absolute path', { DATA_DIR: 'some/folder' }, { dataDir: resolve('some/folder') }],
    ['Slack over HTTP', HTTP_SLACK, { slack: { kind: 'http', botToken: 'xoxb-1', signingSecret: 'sign-1' } }],
    [
      'a rotated bot token',
      { ...HTTP_SLACK, SLACK_BOT_TOKEN: 'xoxe.xoxb-1' },
      { slack: { botToken: 'xoxe.xoxb-1' } },
    ],
    [
      'Slack in Socket Mode',
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
      { slack: { kind: 'socket', botToken: 'xoxb-1', appToken: 'xapp-1' } },
    ],
    [
      'Socket Mode when both partners are set',
      { ...HTTP_SLACK, SLACK_APP_TOKEN: 'xapp-1' },
      { slack: { kind: 'socket' } },
    ],
    [
      'OAuth variables beside a bot token',
      { ...HTTP_SLACK, SLACK_CLIENT_ID: '1', SLACK_CLIENT_SECRET: '2', SLACK_STATE_SECRET: '3' },
      { slack: { kind: 'http' } },
    ],
    [
      'a Slack API root, with a last slash',
      { SLACK_API_URL: 'http://localhost:1/api' },
      { slackApiUrl: 'http://localhost:1/api/' },
    ],
    [
      'a model key',
      { OPENAI_API_KEY: 'sk-1' },
      {
        providers: [
          {
            name: 'default',
            apiKey: 'sk-1',
            baseUrl: 'https://api.openai.com/v1',
            models: [],
            defaultModel: null,
            maxParallel: 4,
          },
        ],
      },
    ],
    [
      'a model server without a key',
      { OPENAI_BASE_URL: 'http://localhost:9/v1/', OPENAI_MODEL: 'm', OPENAI_MAX_PARALLEL: '2' },
      {
        providers: [{ apiKey: null, baseUrl: 'http://localhost:9/v1', defaultModel: 'm', maxParallel: 2 }],
      },
    ],
    ['a model name alone as no provider', { OPENAI_MODEL: 'm' }, { providers: [] }],
    ['a key for metrics', { METRICS_KEY: 'metrics-1' }, { metricsKey: 'metrics-1' }],
    ['an admin key', { BATON_ADMIN_KEY: 'admin-1' }, { adminKey: 'admin-1' }],
    [
      'encryption keys, the newest first',
      { ENCRYPTION_KEYS: `${'A'.repeat(43)}=, ${'B'.repeat(42)}A=` },
      { encryptionKeys: [`${'A'.repeat(43)}=`, `${'B'.repeat(42)}A=`] },
    ],
    [
      'receivers at public addresses only',
      { WEBHOOK_ALLOW_PRIVATE: 'false' },
      { webhooks: { allowPrivate: false } },
    ],
    [
      'receivers at private addresses in production',
      { ...PRODUCTION, WEBHOOK_ALLOW_PRIVATE: 'true' },
      { webhooks: { allowPrivate: true, requireHttps: true } },
    ],
    ['a log level', { LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    [
      'the settings of the local services',
      { LOCAL_SLACK_PORT: '0', MONGOMS_SYSTEM_BINARY: '/usr/bin/mongod' },
      { local: { slackPort: 0, mongodBinary: '/usr/bin/mongod' } },
    ],
    [
      'what fault tests set',
      { BATON_LEASE_MS: '1500', BATON_FAILPOINT: 'after-send-before-record:2' },
      { leaseMs: 1_500, failpoint: { failpoint: 'after-send-before-record', time: 2 } },
    ],
    [
      'a failpoint at its first time',
      { BATON_FAILPOINT: 'before-write' },
      { failpoint: { failpoint: 'before-write', time: 1 } },
    ],
  ])('accepts %s', (_what, env, expected) => {
    expect(loadConfig(env)).toMatchObject(expected);
  });

  it.each<[what: string, env: NodeJS.ProcessEnv, wrong: string[]]>([
    ['a port that is no number', { PORT: '3000x' }, ['PORT']],
    ['a port that is too large', { PORT: '65536' }, ['PORT']],
    ['a host with a scheme', { HOST: 'http://x' }, ['HOST']],
    ['a public URL without a scheme', { PUBLIC_URL: 'bot.example' }, ['PUBLIC_URL']],
    ['a public URL with another scheme', { PUBLIC_URL: 'ftp://bot.example' }, ['PUBLIC_URL']],
    ['a database of another kind', { MONGODB_URI: 'postgres://db' }, ['MONGODB_URI']],
    ['a database without a host', { MONGODB_URI: 'mongodb://' }, ['MONGODB_URI']],
    ['an app token as the bot token', { ...HTTP_SLACK, SLACK_BOT_TOKEN: 'xapp-1' }, ['SLACK_BOT_TOKEN']],
    [
      'a bot token as the app token',
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xoxb-1' },
      ['SLACK_APP_TOKEN'],
    ],
    ['a bot token alone', { SLACK_BOT_TOKEN: 'xoxb-1' }, ['SLACK_SIGNING_SECRET or SLACK_APP_TOKEN']],
    ['a signing secret alone', { SLACK_SIGNING_SECRET: 's' }, ['SLACK_BOT_TOKEN']],
    ['an app token alone', { SLACK_APP_TOKEN: 'xapp-1' }, ['SLACK_BOT_TOKEN']],
    [
      'a part of OAuth',
      { SLACK_SIGNING_SECRET: 's', SLACK_CLIENT_ID: '1' },
      ['SLACK_CLIENT_SECRET', 'SLACK_STATE_SECRET'],
    ],
    ['a part of signing in with Slack', { ...HTTP_SLACK, SLACK_CLIENT_ID: '1' }, ['SLACK_CLIENT_SECRET']],
    ['a model server without a scheme', { OPENAI_BASE_URL: 'localhost' }, ['OPENAI_BASE_URL']],
    ['no parallel calls', { OPENAI_MAX_PARALLEL: '0' }, ['OPENAI_MAX_PARALLEL']],
    ['an admin key with a space', { BATON_ADMIN_KEY: 'a b' }, ['BATON_ADMIN_KEY']],
    ['an encryption key that is too short', { ENCRYPTION_KEYS: 'c2hvcnQ=' }, ['ENCRYPTION_KEYS']],
    ['a missing encryption key between two', { ENCRYPTION_KEYS: `${'A'.repeat(43)}=,` }, ['ENCRYPTION_KEYS']],
    ['a setting that is neither true nor false', { WEBHOOK_ALLOW_PRIVATE: 'yes' }, ['WEBHOOK_ALLOW_PRIVATE']],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, ['LOG_LEVEL']],
    ['an unknown environment', { NODE_ENV: 'prod' }, ['NODE_ENV']],
    ['an unknown failpoint', { BATON_FAILPOINT: 'before-lunch' }, ['BATON_FAILPOINT']],
    ['a failpoint at no time', { BATON_FAILPOINT: 'before-write:0' }, ['BATON_FAILPOINT']],
    [
      'an armed failpoint in production',
      { ...PRODUCTION, BATON_FAILPOINT: 'before-write' },
      ['BATON_FAILPOINT'],
    ],
    ['another lease in production', { ...PRODUCTION, BATON_LEASE_MS: '1500' }, ['BATON_LEASE_MS']],
  ])('refuses %s', (_what, env, wrong) => {
    expect(wrongVariables(env)).toEqual(wrong);
  });

  it('signs people in with Slack, for one workspace, without a state secret', () => {
    const signIn = { SLACK_CLIENT_ID: '1', SLACK_CLIENT_SECRET: '2' };
    expect(loadConfig({ ...HTTP_SLACK, ...signIn })).toMatchObject({
      slack: { kind: 'http' },
      slackSignIn: { clientId: '1', clientSecret: '2' },
    });
  });

  it('serves many workspaces with the settings of OAuth and a way for requests to come in', () => {
    const oauth = { SLACK_CLIENT_ID: '1', SLACK_CLIENT_SECRET: '2', SLACK_STATE_SECRET: '3' };
    expect(wrongVariables(oauth)).toEqual(['SLACK_SIGNING_SECRET or SLACK_APP_TOKEN']);
    expect(loadConfig({ ...oauth, SLACK_SIGNING_SECRET: 'sign-1' }).slack).toEqual({
      kind: 'many',
      app: { clientId: '1', clientSecret: '2', stateSecret: '3' },
      inbound: { kind: 'http', signingSecret: 'sign-1' },
    });
    const inProduction = { ...PRODUCTION, SLACK_BOT_TOKEN: '', ...oauth };
    expect(wrongVariables(inProduction)).toEqual(['ENCRYPTION_KEYS', 'PUBLIC_URL']);
  });

  it('lists everything that is missing in production, and everything that is wrong, at once', () => {
    expect(wrongVariables({ NODE_ENV: 'production', PORT: 'x', LOG_LEVEL: 'loud' })).toEqual([
      'PORT',
      'LOG_LEVEL',
      'MONGODB_URI',
      'SLACK_BOT_TOKEN',
      'SLACK_SIGNING_SECRET or SLACK_APP_TOKEN',
    ]);
  });

  it('names every wrong variable in the message, one line each', () => {
    const error = refusal({ PORT: 'x', LOG_LEVEL: 'loud', SLACK_APP_TOKEN: 'xapp-1' });

    expect(
      error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(' ')[1]),
    ).toEqual(['PORT', 'LOG_LEVEL', 'SLACK_BOT_TOKEN']);
  });

  it('never repeats a value, since any may be a secret in the wrong place', () => {
    const names = [
      'PORT',
      'HOST',
      'PUBLIC_URL',
      'MONGODB_URI',
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'LOG_LEVEL',
    ];
    const error = refusal(Object.fromEntries(names.map((name) => [name, `my secret of ${name}`])));

    expect(error.fields).toHaveLength(names.length);
    expect(JSON.stringify([error.message, error.fields])).not.toContain('my secret');
  });
});

describe('publicUrlOf', () => {
  it.each<[what: string, env: NodeJS.ProcessEnv, expected: string]>([
    ['PUBLIC_URL', { PUBLIC_URL: 'https://bot.example' }, 'https://bot.example'],
    ['localhost with the port that is listened on', { PORT: '0' }, 'http://localhost:4321'],
  ])('is %s', (_what, env, expected) => {
    const config: Config = loadConfig(env);

    expect(publicUrlOf(config.http, 4321)).toBe(expected);
  });
});
