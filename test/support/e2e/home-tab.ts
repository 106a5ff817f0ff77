import { once } from 'node:events';
import { WebSocket } from 'ws';
import { parseJson } from '../slack/api-call.ts';
import { type JsonObject, toObject } from '../slack/json.ts';
import { socketText } from '../slack/socket-text.ts';
import { buttonsOf } from './direct-messages.ts';

/** The bot's Home tab in the local workspace, as one person sees it; without a browser. */
export interface HomeTab {
  /** All that stands on it, as JSON; '' until the bot has published it. */
  text(): string;
  /** Clicks the first button with this text. */
  click(button: string): void;
  close(): void;
}

const APP_ID = 'A01APP';

/** Opens the Home tab; the bot publishes it soon. */
export async function openHomeTab(slackUrl: string, user: string): Promise<HomeTab> {
  const socket = new WebSocket(`${slackUrl.replace(/^http/, 'ws')}/ui`);
  let view: JsonObject = {};
  socket.on('message', (data) => {
    const message = toObject(parseJson(socketText(data)));
    if (message['t'] === 'home' && message['user'] === user) view = toObject(message['view']);
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ t: 'open_home', appId: APP_ID, user }));
  return {
    text: () => (view['blocks'] === undefined ? '' : JSON.stringify(view['blocks'])),
    click(text) {
      const button = buttonsOf(view).find((candidate) => candidate.text === text);
      if (button === undefined) throw new Error(`there is no button ${text} on the Home tab`);
      // A click on the Home tab is, to this workspace, one on a message without a channel.
      const place = { channel: '', messageTs: '' };
      socket.send(
        JSON.stringify({ t: 'block_action', ...place, user, action: button.action, appId: APP_ID }),
      );
    },
    close: () => socket.terminate(),
  };
}
