import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type JsonObject, toObject, toObjects } from '../support/slack/json.ts';
import { connectLocalSlackControl, type LocalSlackControl } from '../support/slack/local-slack-control.ts';
import { localSlackAvailable, startTestLocalSlack } from '../support/slack/test-local-slack.ts';

const sent = 'Acme &lt;!channel&gt; &amp; Co, <!date^0^{date_num}|then>';
const shown = /^Acme <!channel> & Co, (1970-01-01|1969-12-31)$/;

/** All that the bot is sent: commands and interactive payloads. */
interface Bot {
  client: WebClient;
  received: JsonObject[];
}

describe.skipIf(!localSlackAvailable())('the page of the local Slack workspace', () => {
  const toStop: (() => unknown)[] = [];
  let url: string;
  let bot: Bot;
  let person: LocalSlackControl;

  beforeEach(async () => {
    const received: JsonObject[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        const fields = Object.fromEntries(new URLSearchParams(body));
        received.push(fields['payload'] === undefined ? fields : toObject(JSON.parse(fields['payload'])));
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    toStop.unshift(() => server.close());
    const { port } = server.address() as AddressInfo;
    const started = await startTestLocalSlack({ mode: 'events', requestUrl: `http://127.0.0.1:${port}` });
    toStop.unshift(started.stop);
    url = started.url;
    bot = { client: new WebClient(started.botToken, { slackApiUrl: started.apiUrl }), received };
    person = await connectLocalSlackControl(url);
    toStop.unshift(() => person.close());
  });

  afterEach(async () => {
    for (const stop of toStop.splice(0)) await stop();
  });

  /** What the page gets of the messages in #general when it is opened. */
  async function openPage(): Promise<JsonObject[]> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ui`);
    const [data]: [Buffer] = await once(socket, 'message').then(([first]) => [first]);
    socket.terminate();
    const state = toObject(toObject(JSON.parse(data.toString())).state);
    return toObjects(toObject(state.messages).C01GEN);
  }

  async function openForm(element: JsonObject): Promise<void> {
    await person.command({ user: 'U01ANA', channel: 'C01GEN', command: '/workflow', text: 'new' });
    const { trigger_id: triggerId } = bot.received.at(-1) ?? {};
    const label = { type: 'plain_text', text: 'Field' };
    const input = { type: 'input', block_id: 'b', label, element: { ...element, action_id: 'a' } };
    await bot.client.apiCall('views.open', {
      trigger_id: triggerId,
      view: {
        type: 'modal',
        title: label,
        submit: label,
        blocks: [{ type: 'section', text: { type: 'mrkdwn', text: sent } }, input],
      },
    });
    await vi.waitFor(() => expect(person.modals()).toHaveLength(1));
  }

  async function submit(values: Record<string, JsonObject>): Promise<unknown> {
    person.submitModal('U01ANA', values);
    return vi.waitFor(() => {
      const { type, view } = bot.received.at(-1) ?? {};
      expect(type).toBe('view_submission');
      return toObject(toObject(view).state).values;
    });
  }

  it('shows the texts of the bot as Slack would, and keeps them as they were sent', async () => {
    const blocks = [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: sent } }];
    await bot.client.chat.postMessage({ channel: 'C01GEN', text: sent, blocks });

    const [onPage] = await openPage();

    const inPage = toObject(toObjects(onPage?.['blocks'])[0]);
    expect(onPage?.['text']).toMatch(shown);
    expect(toObject(inPage['text'])['text']).toMatch(shown);
    const { messages = [] } = await bot.client.conversations.history({ channel: 'C01GEN' });
    expect(messages[0]).toMatchObject({ text: sent, blocks });
  });

  it('shows the answers to a response_url alike', async () => {
    await person.command({ user: 'U01ANA', channel: 'C01GEN', command: '/workflow', text: 'list' });
    await fetch(String(bot.received.at(-1)?.['response_url']), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: sent, response_type: 'ephemeral' }),
    });

    const [onPage] = await openPage();

    expect(onPage?.['text']).toMatch(shown);
  });

  it('shows a form with its initial choice, which the bot gets if nobody makes another', async () => {
    const options = ['EUR', 'USD'].map((value) => ({ text: { type: 'plain_text', text: value }, value }));
    await openForm({ type: 'radio_buttons', options, initial_option: options[1] });

    const [note, input] = toObjects(person.modals()[0]?.['blocks']);
    expect(toObject(note?.['text'])['text']).toMatch(shown);
    expect(input?.['element']).toMatchObject({ type: 'static_select', placeholder: { text: 'USD' } });
    expect(await submit({})).toEqual({ b: { a: { type: 'radio_buttons', selected_option: options[1] } } });
  });

  it('gives the bot what people have chosen', async () => {
    await openForm({ type: 'plain_text_input', initial_value: 'Tea' });

    const values = await submit({ b: { a: { type: 'plain_text_input', value: 'Coffee' } } });

    expect(values).toEqual({ b: { a: { type: 'plain_text_input', value: 'Coffee' } } });
  });
});
