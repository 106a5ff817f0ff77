import type { LookupFunction } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { systemTimers } from '../../src/timers.ts';
import { createGuardedAgent } from '../../src/webhooks/guarded-agent.ts';
import { createPostWebhook, type PostWebhook } from '../../src/webhooks/post-webhook.ts';
import { requireWebhookUrl } from '../../src/webhooks/webhook-url.ts';
import { WebhookReceiver } from '../support/webhook-receiver.ts';

const onlyPublic = { allowPrivate: false, requireHttps: false };
const body = JSON.stringify({ type: 'TEST' });

describe('where webhooks may go', () => {
  let receiver: WebhookReceiver;
  let port: string;
  const closing: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    receiver = await WebhookReceiver.start();
    ({ port } = new URL(receiver.url));
  });
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
    receiver.received.splice(0);
  });
  afterAll(async () => {
    await receiver.close();
  });

  /** Names resolve to what `addresses` gives, one list per look-up, the last one for ever. */
  function sender(...addresses: string[][]): { post: PostWebhook; lookups: string[] } {
    const lookups: string[] = [];
    const lookup: LookupFunction = (hostname, options, callback) => {
      lookups.push(hostname);
      const found = addresses.length > 1 ? addresses.shift() : addresses[0];
      const all = (found ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      if (options.all === true) callback(null, all);
      else callback(null, all[0]?.address ?? '', all[0]?.family ?? 4);
    };
    const agent = createGuardedAgent({ allowPrivate: false, lookup });
    closing.push(() => agent.destroy());
    // The rules for addresses are off, so that only what is connected to is looked at.
    const rules = { allowPrivate: true, requireHttps: false };
    const deps = { dispatcher: agent, rules, clock: systemClock, timers: systemTimers, timeoutMs: 5_000 };
    return { post: createPostWebhook(deps), lookups };
  }

  it.each([
    ['loopback', '127.0.0.1'],
    ['decimal', '2130706433'],
    ['octal', '0177.0.0.1'],
    ['hexadecimal', '0x7f000001'],
    ['short', '127.1'],
    ['zero', '0'],
    ['IPv6 loopback', '[::1]'],
    ['IPv4-mapped', '[::ffff:127.0.0.1]'],
    ['IPv4-mapped in hexadecimal', '[::ffff:7f00:1]'],
    ['NAT64', '[64:ff9b::7f00:1]'],
    ['full-width digits', '１２７.０.０.１'],
  ])('an address in numbers is refused in whatever form it is written: %s', async (_form, host) => {
    const { error, status } = await sender().post(`http://${host}:${port}/`, {}, body);

    expect({ error, status }).toEqual({ error: expect.stringContaining('private') as string, status: null });
    expect(receiver.received).toEqual([]);
  });

  it.each([
    ['loopback', ['127.0.0.1']],
    ['IPv6 loopback', ['::1']],
    ['IPv4-mapped loopback', ['::ffff:127.0.0.1']],
    ['cloud metadata', ['169.254.169.254']],
    ['a public and a private one', ['93.184.216.34', '127.0.0.1']],
  ])('a name is refused that resolves to %s', async (_what, addresses) => {
    const { error } = await sender(addresses).post(`http://receiver.example:${port}/`, {}, body);

    expect(error).toContain('private');
    expect(receiver.received).toEqual([]);
  });

  it('a name is resolved once for each connection, which goes to the address that was checked', async () => {
    const { post, lookups } = sender(['127.0.0.1'], ['127.0.0.1']);

    await post(`http://rebinding.example:${port}/`, {}, body);
    expect(lookups).toEqual(['rebinding.example']);
    await post(`http://rebinding.example:${port}/`, {}, body);
    expect(lookups).toEqual(['rebinding.example', 'rebinding.example']);
    expect(receiver.received).toEqual([]);
  });

  it('private addresses are connected to where that is allowed', async () => {
    const agent = createGuardedAgent({ allowPrivate: true });
    closing.push(() => agent.destroy());
    const rules = { allowPrivate: true, requireHttps: false };
    const deps = { dispatcher: agent, rules, clock: systemClock, timers: systemTimers, timeoutMs: 5_000 };

    const { status } = await createPostWebhook(deps)(receiver.url, {}, body);

    expect(status).toBe(204);
  });

  it('a receiver that does not answer in time is given up', async () => {
    const agent = createGuardedAgent({ allowPrivate: true });
    closing.push(() => agent.destroy());
    const rules = { allowPrivate: true, requireHttps: false };
    const deps = { dispatcher: agent, rules, clock: systemClock, timers: systemTimers, timeoutMs: 50 };
    receiver.answer = () => 'never';

    const { status, error } = await createPostWebhook(deps)(receiver.url, {}, body);

    expect({ status, error }).toEqual({
      status: null,
      error: 'The receiver did not answer within 0.05 seconds.',
    });
  });

  it.each([
    ['no URL', 'receiver'],
    ['another scheme', 'ftp://example.com/'],
    ['a file', 'file:///etc/passwd'],
    ['a password', 'https://me:secret@example.com/'],
    ['a user name', 'https://me@example.com/'],
    ['a fragment', 'https://example.com/#x'],
    ['loopback', 'http://127.0.0.1/'],
    ['decimal', 'http://2130706433/'],
    ['octal', 'http://0177.0.0.1/'],
    ['IPv4-mapped', 'http://[::ffff:10.0.0.1]/'],
    ['metadata', 'http://169.254.169.254/latest'],
    ['too long', `https://example.com/${'x'.repeat(3_000)}`],
  ])('a plugin is not registered with %s', (_what, url) => {
    expect(() => requireWebhookUrl(url, onlyPublic)).toThrow(/^webhookUrl must/);
  });

  it('a plugin is registered with https only where that is required', () => {
    const rules = { allowPrivate: false, requireHttps: true };

    expect(() => requireWebhookUrl('http://example.com/', rules)).toThrow(/https/);
    expect(requireWebhookUrl('https://example.com/a?b=c', rules)).toBe('https://example.com/a?b=c');
  });
});
