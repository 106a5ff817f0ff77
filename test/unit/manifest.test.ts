import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import type { AppsManifestCreateArguments } from '@slack/web-api';
import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import { createGenerator, type Schema } from 'ts-json-schema-generator';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { botScopes } from '../../src/slack/install/scopes.ts';
import { readSourceTree } from '../support/imports/read-source-tree.ts';

type Manifest = AppsManifestCreateArguments['manifest'];

const ROOT = resolve(import.meta.dirname, '../..');
const FILE = join(ROOT, 'manifest.yml');

/** The bot scopes without which Slack does not deliver an event. Source: Slack's reference of events. */
const SCOPES_OF_EVENT: Readonly<Record<string, readonly string[]>> = {
  app_home_opened: [],
  app_uninstalled: [],
  tokens_revoked: [],
  app_mention: ['app_mentions:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  reaction_added: ['reactions:read'],
  subteam_members_changed: ['usergroups:read'],
  user_change: ['users:read'],
};

const HISTORY = ['channels:history', 'groups:history', 'im:history'];

/** The bot scopes that a Web API method needs for channels and direct messages. Source: Slack's reference of methods. */
const SCOPES_OF_METHOD: Readonly<Record<string, readonly string[]>> = {
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.history': HISTORY,
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.members': ['channels:read', 'groups:read'],
  'conversations.open': ['im:write'],
  'conversations.replies': HISTORY,
  'files.info': ['files:read'],
  // Of web-api itself: it calls files.getUploadURLExternal and files.completeUploadExternal.
  filesUploadV2: ['files:write'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
};

/** Slack's lengths, from the comments of the `Manifest` type. */
const NAME_LENGTH = 35;
const DESCRIPTION_LENGTH = 140;

function readManifest(): Manifest {
  return parse(readFileSync(FILE, 'utf8'));
}

/** The Web API methods that the code calls, as `client.<method>(`. */
function calledMethods(): string[] {
  const sources = Object.values(readSourceTree(ROOT, ['src/slack', 'jobs']));
  const calls = sources.flatMap((source) => [
    ...source.matchAll(/\bclient\.((?:[a-z]\w*\.)+\w+|filesUploadV2)\(/g),
  ]);
  return [...new Set(calls.map((call) => call[1] ?? ''))].sort();
}

/** A validator made from web-api's own `Manifest` type, which refuses unknown fields everywhere. */
function compileManifestType(): ValidateFunction {
  const packageFile = createRequire(import.meta.url).resolve('@slack/web-api/package.json');
  const schema = createGenerator({
    path: join(dirname(packageFile), 'dist/types/request/manifest.d.ts'),
    type: 'Manifest',
    skipTypeCheck: true,
    additionalProperties: false,
    expose: 'all',
    jsDoc: 'none',
  }).createSchema('Manifest');
  closeRoot(schema);
  return new Ajv({ strict: false, allErrors: true }).compile(schema as AnySchemaObject);
}

/** The type extends `Record<string, unknown>`, so its schema alone would let any word through at the top. */
function closeRoot(schema: Schema): void {
  const root = schema.definitions?.Manifest;
  if (typeof root !== 'object') throw new Error('web-api has no type Manifest any more.');
  root.additionalProperties = false;
}

describe('manifest.yml', () => {
  const isManifest = compileManifestType();
  const manifest = readManifest();

  it('has the shape that Slack takes, by the type of web-api', () => {
    isManifest(manifest);
    expect(isManifest.errors ?? []).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['an unknown field at the top', { ...manifest, setting: {} }],
    ['an unknown field inside', { ...manifest, settings: { ...manifest.settings, socket_mode: true } }],
    ['an unknown scope', { ...manifest, oauth_config: { scopes: { bot: ['chat:writes'] } } }],
    ['an unknown event', { ...manifest, settings: { event_subscriptions: { bot_events: ['home'] } } }],
    ['a value of another type', { ...manifest, settings: { org_deploy_enabled: 'false' } }],
    ['a missing name', { ...manifest, display_information: {} }],
  ])('would not pass with %s', (_, broken) => {
    expect(isManifest(broken)).toBe(false);
  });

  it("keeps to Slack's lengths", () => {
    const { name, description = '' } = manifest.display_information;
    expect(name.length).toBeLessThanOrEqual(NAME_LENGTH);
    expect(description.length).toBeLessThanOrEqual(DESCRIPTION_LENGTH);
    expect(manifest.features?.bot_user?.display_name).toMatch(/^[a-z0-9._-]{1,80}$/);
  });

  it('asks for each scope once, and for none of a user', () => {
    const scopes = manifest.oauth_config?.scopes?.bot ?? [];
    expect(new Set(scopes).size).toBe(scopes.length);
    expect(manifest.oauth_config?.scopes?.user).toBeUndefined();
  });

  it('says beside each scope, or above its group, why it is needed', () => {
    const lines = readFileSync(FILE, 'utf8').split('\n');
    for (const scope of manifest.oauth_config?.scopes?.bot ?? []) {
      const line = lines.find((text) => text.trim().startsWith(`- ${scope} `));
      expect(line, scope).toMatch(/ # \S/);
    }
  });

  it('asks for the scopes that its command, its events and the calls in the code need, and for no more', () => {
    const events = manifest.settings?.event_subscriptions?.bot_events ?? [];
    const methods = calledMethods();
    expect(events).toContain('app_home_opened');
    expect(methods).toContain('chat.postMessage');
    const needs = { ...SCOPES_OF_EVENT, ...SCOPES_OF_METHOD };
    const unknown = [...events, ...methods].filter((name) => !(name in needs));
    expect(unknown, 'add them to the tables of this test').toEqual([]);
    const needed = new Set(['commands', ...[...events, ...methods].flatMap((name) => needs[name] ?? [])]);
    expect([...(manifest.oauth_config?.scopes?.bot ?? [])].sort()).toEqual([...needed].sort());
  });

  it('has the scopes that many workspaces are asked for when they install it', () => {
    expect(readManifest().oauth_config?.scopes?.bot).toEqual(botScopes);
  });

  it('sends commands, events and clicks to the one path at which the bot listens', () => {
    const urls = [
      ...(manifest.features?.slash_commands ?? []).map(({ url }) => url),
      manifest.settings?.event_subscriptions?.request_url,
      manifest.settings?.interactivity?.request_url,
    ];
    expect(new Set(urls)).toEqual(new Set(['https://YOUR-PUBLIC-URL/slack/events']));
  });

  it('offers /workflow with people and channels as ids, and lets people click', () => {
    expect(manifest.features?.slash_commands).toEqual([
      expect.objectContaining({ command: '/workflow', should_escape: true }),
    ]);
    expect(manifest.settings?.interactivity?.is_enabled).toBe(true);
  });
});
