import { ErrorCode, WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../support/manual-clock.ts';
import { type SampleApp, startSampleApp } from '../support/slack/sample-bolt-app.ts';
import { type SlackFake, startSlackFake } from '../support/slack/slack-fake.ts';

const ana = 'U01ANA';
const bo = 'U01BO';
const channel = '#general';

let clock: ManualClock;
let slack: SlackFake;
let sample: SampleApp;
let client: WebClient;

beforeEach(async () => {
  clock = new ManualClock();
  slack = await startSlackFake({ clock });
  sample = await startSampleApp(slack);
  slack.setEventsUrl(sample.eventsUrl);
  client = new WebClient(slack.botToken, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });
});

afterEach(async () => {
  await sample.stop();
  await slack.close();
});

async function openRefundModal(user: string): Promise<void> {
  const { status } = await slack.sendCommand({ user, channel, text: 'start refund' });
  expect(status).toBe(200);
  await expect.poll(() => slack.modals(user).length).toBe(1);
}

async function postRefundCard(amount: string): Promise<string> {
  await openRefundModal(ana);
  const { outcome } = await slack.submitView({ user: ana, values: { Amount: amount, reason: 'Damaged' } });
  expect(outcome).toBe('closed');
  await expect.poll(() => slack.messages(channel).length).toBe(1);
  return slack.messages(channel)[0]?.ts ?? '';
}

describe('an app and the fake Slack', () => {
  it('go from the command through the modal and the card to the decision', async () => {
    const ts = await postRefundCard('420');
    const card = slack.messages(channel)[0];
    expect(card?.metadata).toEqual({ event_type: 'refund', event_payload: { reason: 'damaged', by: ana } });

    const click = await slack.clickButton({ user: bo, channel, ts, buttonText: 'Approve' });
    await expect.poll(() => slack.ephemerals(bo, channel).map(({ text }) => text)).toEqual(['Thank you']);

    expect(click.status).toBe(200);
    const [decided, reply] = slack.messages(channel);
    expect(decided?.text).toBe(`Approved by <@${bo}>`);
    expect(decided?.blocks).toBeUndefined();
    expect(reply?.thread_ts).toBe(ts);
    expect(slack.modals(ana)).toEqual([]);
    expect(slack.violations()).toEqual([]);
  });

  it('show the app’s field errors and keep the modal open', async () => {
    await openRefundModal(ana);

    const result = await slack.submitView({ user: ana, values: { Amount: '-1' } });

    expect(result.outcome).toBe('errors');
    expect(result.errors).toEqual({ amount: 'The amount must be above 0' });
    expect(slack.modals(ana)).toHaveLength(1);
  });

  it('do not send a modal whose required field is empty', async () => {
    await openRefundModal(ana);

    const result = await slack.submitView({ user: ana });

    expect(result.outcome).toBe('refused');
    expect(Object.keys(result.errors)).toEqual(['amount']);
  });

  it('answer a command to its person only', async () => {
    await slack.sendCommand({ user: bo, channel, text: 'strat' });

    await expect.poll(() => slack.ephemerals(bo).map(({ text }) => text)).toEqual(['Try `start refund`']);
    expect(slack.messages(channel)).toEqual([]);
  });

  it('open the Home tab', async () => {
    const { status } = await slack.openHome(ana);

    expect(status).toBe(200);
    await expect.poll(() => slack.homeView(ana)?.blocks.length).toBe(2);
  });

  it('deliver the same event again with the same id', async () => {
    const event = { type: 'message', user: ana, channel: 'C01GEN', text: 'hi', ts: '1.000001' };
    const first = await slack.sendEvent({ event });

    await slack.sendEvent({ event, eventId: first.eventId, retryNum: 1 });

    expect(sample.seenEventIds).toEqual([first.eventId, first.eventId]);
  });

  it('refuse a request with a wrong signature', async () => {
    const forger = await startSlackFake({ signingSecret: 'wrong', eventsUrl: sample.eventsUrl });

    const { status } = await forger.sendCommand({ user: ana, channel, text: 'start refund' });
    await forger.close();

    expect(status).toBe(401);
  });
});

describe('trigger ids', () => {
  it('open one view only', async () => {
    await openRefundModal(ana);
    const [call] = slack.calls('views.open');

    const again = client.apiCall('views.open', call?.args ?? {});

    await expect(again).rejects.toMatchObject({ data: { error: 'exchanged_trigger_id' } });
    expect(slack.violations().map(({ error }) => error)).toEqual(['exchanged_trigger_id']);
  });

  it('expire after three seconds', async () => {
    await slack.sendCommand({ user: ana, channel, text: 'help' });
    const triggerId = sample.lastTriggerId();
    clock.advance(3_001);

    const late = client.views.open({
      trigger_id: triggerId,
      view: { type: 'modal', title: { type: 'plain_text', text: 'Late' }, blocks: [] },
    });

    await expect(late).rejects.toMatchObject({ data: { error: 'expired_trigger_id' } });
  });
});

describe('the Web API of the fake', () => {
  it('tells a missing token from a wrong one', async () => {
    const withToken = (headers: Record<string, string>): Promise<unknown> =>
      fetch(`${slack.apiUrl}auth.test`, { method: 'POST', headers }).then((response) => response.json());

    expect(await withToken({})).toMatchObject({ ok: false, error: 'not_authed' });
    expect(await withToken({ authorization: 'Bearer xoxb-other' })).toMatchObject({ error: 'invalid_auth' });
  });

  it('answers 429 with Retry-After when a channel gets more than its burst', async () => {
    for (let count = 0; count < 5; count += 1) await client.chat.postMessage({ channel, text: 'x' });

    const sixth = client.chat.postMessage({ channel, text: 'x' });

    await expect(sixth).rejects.toMatchObject({ code: ErrorCode.RateLimitedError, retryAfter: 1 });
    await client.chat.postMessage({ channel: '#triage', text: 'x' });
    clock.advance(1_000);
    await client.chat.postMessage({ channel, text: 'x' });
    expect(slack.messages(channel)).toHaveLength(6);
  });

  it('gives metadata only to those who ask for it', async () => {
    const metadata = { event_type: 'task', event_payload: { id: '1' } };
    const { channel: id = '' } = await client.chat.postMessage({ channel, text: 'x', metadata });

    const plain = await client.conversations.history({ channel: id });
    const full = await client.conversations.history({ channel: id, include_all_metadata: true });

    expect(plain.messages?.[0]?.metadata).toBeUndefined();
    expect(full.messages?.[0]?.metadata).toEqual(metadata);
  });

  it('refuses bad blocks with the place that is wrong and remembers it', async () => {
    const bad = client.chat.postMessage({
      channel,
      text: 'x',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    });

    await expect(bad).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        response_metadata: {
          messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
        },
      },
    });
    expect(slack.violations()).toHaveLength(1);
    expect(slack.messages(channel)).toEqual([]);
  });

  it('can do a call and drop the connection before the answer', async () => {
    slack.failNext({ method: 'chat.postMessage', dropAfterSend: true });

    const dropped = client.chat.postMessage({ channel, text: 'sent' });

    await expect(dropped).rejects.toThrow();
    expect(slack.messages(channel).map(({ text }) => text)).toEqual(['sent']);
  });

  it('fails as often as it was told and then works', async () => {
    slack.failNext({ method: 'chat.postMessage', error: 'internal_error', times: 2 });
    const post = (): Promise<unknown> => client.chat.postMessage({ channel, text: 'x' });

    await expect(post()).rejects.toThrow('internal_error');
    await expect(post()).rejects.toThrow('internal_error');
    await expect(post()).resolves.toMatchObject({ ok: true });
  });

  it('takes five answers on a response_url, within thirty minutes', async () => {
    await slack.sendCommand({ user: ana, channel, text: 'help' });
    const responseUrl = sample.lastResponseUrl();
    const answer = async (): Promise<number> => {
      const body = JSON.stringify({ text: 'x' });
      return (await fetch(responseUrl, { method: 'POST', body })).status;
    };
    await expect.poll(() => slack.ephemerals(ana)).toHaveLength(1);

    const statuses = [await answer(), await answer(), await answer(), await answer(), await answer()];

    expect(statuses).toEqual([200, 200, 200, 200, 404]);
  });
});
