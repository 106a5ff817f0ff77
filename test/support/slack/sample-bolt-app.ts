import type { AddressInfo } from 'node:net';
import {
  App,
  type BlockAction,
  ExpressReceiver,
  LogLevel,
  type Receiver,
  SocketModeReceiver,
} from '@slack/bolt';

/** What the little app needs to reach a workspace. */
export interface SampleAppOptions {
  apiUrl: string;
  botToken: string;
  signingSecret: string;
  /** With it the app uses Socket Mode, else HTTP. */
  appToken?: string;
}

/** A running little app. */
export interface SampleApp {
  app: App;
  /** Where it takes deliveries; '' in Socket Mode. */
  eventsUrl: string;
  /** Ids of the `app_home_opened` and `message` events that it saw, repetitions included. */
  seenEventIds: string[];
  /** Of the last command. */
  lastTriggerId(): string;
  /** Of the last command. */
  lastResponseUrl(): string;
  stop(): Promise<void>;
}

/**
 * A little app that asks for a refund in a modal and posts a card with buttons. It knows nothing of Baton: it
 * shows that fake, proxy and browser harness behave like Slack for any Bolt app.
 */
export async function startSampleApp(options: SampleAppOptions): Promise<SampleApp> {
  const http = options.appToken === undefined ? new ExpressReceiver(receiverOptions(options)) : undefined;
  const app = new App({
    token: options.botToken,
    receiver: http ?? socketReceiver(options),
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: options.apiUrl, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true },
  });
  const seenEventIds: string[] = [];
  let last = { trigger_id: '', response_url: '' };
  app.use(async ({ body, next }) => {
    if ('command' in body) last = { trigger_id: body.trigger_id, response_url: body.response_url };
    await next();
  });
  registerModal(app);
  registerCard(app);
  registerEvents(app, seenEventIds);
  const server = await app.start(0);
  const address = http === undefined ? undefined : (server as { address(): AddressInfo }).address();
  const eventsUrl = address === undefined ? '' : `http://127.0.0.1:${address.port}/slack/events`;
  return {
    app,
    eventsUrl,
    seenEventIds,
    lastTriggerId: () => last.trigger_id,
    lastResponseUrl: () => last.response_url,
    stop: async () => void (await app.stop()),
  };
}

function receiverOptions({ signingSecret }: SampleAppOptions): { signingSecret: string; logLevel: LogLevel } {
  return { signingSecret, logLevel: LogLevel.ERROR };
}

function socketReceiver(options: SampleAppOptions): Receiver {
  return new SocketModeReceiver({
    appToken: options.appToken ?? '',
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions: { slackApiUrl: options.apiUrl } },
  });
}

function registerModal(app: App): void {
  app.command('/workflow', async ({ ack, command, client, respond }) => {
    await ack();
    if (command.text !== 'start refund') {
      await respond({ text: 'Try `start refund`', response_type: 'ephemeral' });
      return;
    }
    await client.views.open({ trigger_id: command.trigger_id, view: refundModal(command.channel_id) });
  });
  app.view('refund', async ({ ack, view, body, client }) => {
    const amount = Number(view.state.values.amount?.value?.value);
    if (!(amount > 0)) {
      await ack({ response_action: 'errors', errors: { amount: 'The amount must be above 0' } });
      return;
    }
    await ack();
    const reason = view.state.values.reason?.value?.selected_option?.value ?? 'none';
    await client.chat.postMessage({
      channel: view.private_metadata,
      text: `Approve refund of $${amount}?`,
      metadata: { event_type: 'refund', event_payload: { reason, by: body.user.id } },
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `*Approve refund of $${amount}?* (${reason})` } },
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              action_id: 'approve',
              style: 'primary',
              text: { type: 'plain_text', text: 'Approve' },
              value: String(amount),
            },
            {
              type: 'button',
              action_id: 'reject',
              style: 'danger',
              text: { type: 'plain_text', text: 'Reject' },
              value: String(amount),
            },
          ],
        },
      ],
    });
  });
}

function refundModal(channelId: string): Parameters<App['client']['views']['open']>[0]['view'] {
  const option = (value: string, text: string) => ({ value, text: { type: 'plain_text' as const, text } });
  return {
    type: 'modal',
    callback_id: 'refund',
    private_metadata: channelId,
    title: { type: 'plain_text', text: 'Refund' },
    submit: { type: 'plain_text', text: 'Ask' },
    blocks: [
      {
        type: 'input',
        block_id: 'amount',
        label: { type: 'plain_text', text: 'Amount' },
        element: { type: 'plain_text_input', action_id: 'value' },
      },
      {
        type: 'input',
        block_id: 'reason',
        label: { type: 'plain_text', text: 'Reason' },
        element: {
          type: 'static_select',
          action_id: 'value',
          options: [option('damaged', 'Damaged'), option('late', 'Late')],
          initial_option: option('late', 'Late'),
        },
      },
    ],
  };
}

function registerCard(app: App): void {
  app.action<BlockAction>(
    { type: 'block_actions', action_id: 'approve' },
    async ({ ack, body, client, respond }) => {
      await ack();
      const channel = body.channel?.id ?? '';
      const ts = body.message?.ts ?? '';
      await client.chat.update({ channel, ts, text: `Approved by <@${body.user.id}>` });
      await client.chat.postMessage({ channel, thread_ts: ts, text: 'The refund is on its way' });
      await respond({ text: 'Thank you', response_type: 'ephemeral', replace_original: false });
    },
  );
}

function registerEvents(app: App, seenEventIds: string[]): void {
  app.event('app_home_opened', async ({ event, body, client }) => {
    seenEventIds.push(body.event_id);
    const text = { type: 'mrkdwn' as const, text: 'Nothing waits for you' };
    const refresh = { type: 'plain_text' as const, text: 'Refresh' };
    await client.views.publish({
      user_id: event.user,
      view: {
        type: 'home',
        blocks: [
          { type: 'section', text },
          { type: 'actions', elements: [{ type: 'button', action_id: 'refresh', text: refresh }] },
        ],
      },
    });
  });
  app.action('refresh', async ({ ack }) => ack());
  app.event('message', async ({ body }) => {
    seenEventIds.push(body.event_id);
  });
}
