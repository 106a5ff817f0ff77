import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePort } from '../../src/local/free-port.ts';
import type { LocalSlack } from '../../src/local/local-slack.ts';
import { type FidelityProxy, startFidelityProxy } from '../support/slack/fidelity-proxy.ts';
import { connectLocalSlackControl, type LocalSlackControl } from '../support/slack/local-slack-control.ts';
import { type SampleApp, startSampleApp } from '../support/slack/sample-bolt-app.ts';
import { localSlackAvailable, startTestLocalSlack } from '../support/slack/test-local-slack.ts';

const ana = 'U01ANA';
const bo = 'U01BO';
const channel = 'C01GEN';
const usergroups = [{ id: 'S01FIN', handle: 'finance', name: 'Finance', users: [bo] }];

let workspace: LocalSlack;
let proxy: FidelityProxy;
let sample: SampleApp;
let people: LocalSlackControl;

async function start(mode: 'http' | 'socket'): Promise<void> {
  const port = await findFreePort();
  const requestUrl = `http://127.0.0.1:${port}/slack/events`;
  workspace = await startTestLocalSlack(
    mode === 'http' ? { mode: 'events', requestUrl } : { mode: 'socket' },
  );
  const { botToken, appToken, signingSecret } = workspace;
  proxy = await startFidelityProxy({ ...workspace, upstreamUrl: workspace.url, port, usergroups });
  const credentials = { apiUrl: proxy.apiUrl, botToken, signingSecret };
  sample = await startSampleApp(mode === 'socket' ? { ...credentials, appToken } : credentials);
  if (mode === 'http') proxy.setEventsUrl(sample.eventsUrl);
  people = await connectLocalSlackControl(workspace.url);
}

async function stop(): Promise<void> {
  people.close();
  await sample.stop();
  await proxy.close();
  await workspace.stop();
}

async function openRefundModal(): Promise<void> {
  await people.command({ user: ana, channel, command: '/workflow', text: 'start refund' });
  await expect.poll(() => people.modals().length).toBe(1);
}

function typeAmount(value: string): void {
  people.submitModal(ana, { amount: { value: { type: 'plain_text_input', value } } });
}

async function clickApprove(ts: string): Promise<void> {
  await people.click({
    user: bo,
    channel,
    ts,
    action: { type: 'button', action_id: 'approve', value: '420' },
  });
}

async function postCard(): Promise<string> {
  await openRefundModal();
  typeAmount('420');
  await expect.poll(async () => (await people.messages(channel)).length).toBe(1);
  const [card] = await people.messages(channel);
  return String(card?.ts);
}

describe.skipIf(!localSlackAvailable()).each(['http', 'socket'] as const)(
  'the fidelity proxy in %s mode',
  (mode) => {
    beforeEach(() => start(mode));
    afterEach(() => stop());

    it('lets an app go from the command to the decision without a violation', async () => {
      const ts = await postCard();
      await clickApprove(ts);

      await expect
        .poll(async () => (await people.messages(channel)).map(({ text }) => text))
        .toEqual([`Approved by <@${bo}>`, 'The refund is on its way', 'Thank you']);
      expect(proxy.violations()).toEqual([]);
    });

    it('keeps metadata, which the workspace drops', async () => {
      await postCard();
      const client = new WebClient(workspace.botToken, { slackApiUrl: proxy.apiUrl });

      const plain = await client.conversations.history({ channel });
      const full = await client.conversations.history({ channel, include_all_metadata: true });

      expect(plain.messages?.[0]?.metadata).toBeUndefined();
      expect(full.messages?.[0]?.metadata?.event_payload).toEqual({ reason: 'late', by: ana });
    });

    it('sends initial values that nobody touched, and the button’s block and text', async () => {
      const ts = await postCard();
      await clickApprove(ts);

      await expect.poll(async () => (await people.messages(channel)).length).toBe(3);
      const [, submission, click] = proxy.inbound();
      expect(submission?.payload).toMatchObject({
        view: {
          private_metadata: channel,
          state: { values: { reason: { value: { selected_option: { value: 'late' } } } } },
        },
      });
      expect(click?.payload).toMatchObject({
        actions: [{ action_id: 'approve', block_id: expect.any(String), text: { text: 'Approve' } }],
      });
    });

    it('marks an empty required field without asking the app, as Slack’s client does', async () => {
      await openRefundModal();

      people.submitModal(ana, {});

      await expect.poll(() => Object.keys(people.modalErrors())).toEqual(['amount']);
      expect(proxy.inbound()).toHaveLength(1);
    });

    it('shows the app’s own field errors', async () => {
      await openRefundModal();

      typeAmount('-1');

      await expect.poll(() => people.modalErrors()).toEqual({ amount: 'The amount must be above 0' });
    });

    it('delivers an event again with the same id', async () => {
      await people.say({ user: ana, channel, text: 'hello' });
      await expect.poll(() => sample.seenEventIds.length).toBe(1);
      const [record] = proxy.inbound();
      if (record === undefined) throw new Error('nothing came in');

      await proxy.redeliver(record, 1);

      await expect.poll(() => sample.seenEventIds).toEqual([record.eventId, record.eventId]);
    });

    it('delivers the next payload twice when it is told to', async () => {
      proxy.duplicateNext(1);

      await people.say({ user: ana, channel, text: 'hello' });

      await expect.poll(() => sample.seenEventIds.length).toBe(2);
      expect(new Set(sample.seenEventIds).size).toBe(1);
    });
  },
);

describe.skipIf(!localSlackAvailable())('the Web API behind the fidelity proxy', () => {
  beforeEach(() => start('socket'));
  afterEach(() => stop());

  const call = async (method: string, body: object, token = workspace.botToken): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${proxy.apiUrl}${method}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return { status: response.status, ...((await response.json()) as object) };
  };

  it('refuses wrong tokens, bad blocks and more than a burst', async () => {
    const divider = { type: 'divider' };
    const blocks = Array.from({ length: 51 }, () => divider);

    expect(await call('auth.test', {}, 'xoxb-other')).toMatchObject({ error: 'invalid_auth' });
    expect(await call('chat.postMessage', { channel, text: 'x', blocks })).toMatchObject({
      error: 'invalid_blocks',
    });
    for (let count = 0; count < 5; count += 1) await call('chat.postMessage', { channel, text: 'x' });
    expect(await call('chat.postMessage', { channel, text: 'x' })).toMatchObject({ status: 429 });
    expect(proxy.violations().map(({ error }) => error)).toEqual(['invalid_blocks']);
  });

  it('uses a trigger id up', async () => {
    await openRefundModal();
    await expect.poll(() => proxy.calls('views.open').length).toBe(1);
    const [opened] = proxy.calls('views.open');

    expect(await call('views.open', opened?.args ?? {})).toMatchObject({ error: 'exchanged_trigger_id' });
  });

  it('knows user groups and joins channels, which the workspace does not', async () => {
    expect(await call('usergroups.users.list', { usergroup: 'S01FIN' })).toMatchObject({ users: [bo] });
    expect(await call('conversations.join', { channel })).toMatchObject({
      ok: true,
      channel: { id: channel },
    });
  });

  it('posts and then drops the connection when it is told to', async () => {
    proxy.failNext({ method: 'chat.postMessage', dropAfterSend: true });

    await expect(call('chat.postMessage', { channel, text: 'sent' })).rejects.toThrow();

    expect((await people.messages(channel)).map(({ text }) => text)).toEqual(['sent']);
  });

  it('gives each envelope to one of several connections', async () => {
    const second = await startSampleApp({ ...workspace, apiUrl: proxy.apiUrl });

    for (const text of ['one', 'two', 'three', 'four']) await people.say({ user: ana, channel, text });
    await expect.poll(() => sample.seenEventIds.length + second.seenEventIds.length).toBe(4);
    await second.stop();

    expect(sample.seenEventIds.length).toBe(2);
  });

  it('lets the app connect anew after a disconnect', async () => {
    proxy.disconnectSockets();
    await expect.poll(() => proxy.calls('apps.connections.open').length, { timeout: 15_000 }).toBe(2);

    await expect
      .poll(
        async () => {
          await people.say({ user: ana, channel, text: 'are you there?' });
          return sample.seenEventIds.length;
        },
        { timeout: 15_000, interval: 500 },
      )
      .toBeGreaterThan(0);
  });
});
