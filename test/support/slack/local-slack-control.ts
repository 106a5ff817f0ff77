import { WebSocket } from 'ws';
import { parseJson } from './api-call.ts';
import { type JsonObject, toObject, toObjects } from './json.ts';
import { socketText } from './socket-text.ts';

/** Acts for people in the local workspace without a browser. */
export interface LocalSlackControl {
  command(input: { user: string; channel: string; command: string; text: string }): Promise<void>;
  click(input: { user: string; channel: string; ts: string; action: JsonObject }): Promise<void>;
  say(input: { user: string; channel: string; text: string }): Promise<void>;
  /** Submits the modal on top. `values` are as in `state.values`; untouched inputs are left out, as by the UI. */
  submitModal(user: string, values: Record<string, JsonObject>): void;
  /** The messages of a channel, oldest first. */
  messages(channel: string): Promise<JsonObject[]>;
  /** The open modals, the one on top last. */
  modals(): JsonObject[];
  /** The field errors that the UI shows for the modal on top. */
  modalErrors(): JsonObject;
  close(): void;
}

/** Connects to the control API and the UI socket of a running local workspace. */
export async function connectLocalSlackControl(url: string): Promise<LocalSlackControl> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ui`);
  let modals: JsonObject[] = [];
  let errors: JsonObject = {};
  socket.on('message', (data) => {
    const message = toObject(parseJson(socketText(data)));
    if (message.t === 'view') {
      modals = toObjects(message.stack);
      errors = {};
    }
    if (message.t === 'view_errors') errors = toObject(message.errors);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    command: (input) => control(url, 'command', input),
    click: ({ ts, ...input }) => control(url, 'interact', { ...input, messageTs: ts }),
    say: (input) => control(url, 'message', input),
    submitModal: (user, values) => socket.send(JSON.stringify({ t: 'view_submit', user, values })),
    messages: async (channel) => {
      const response = await fetch(`${url}/_control/messages/${channel}`);
      return toObjects(toObject(await response.json()).messages);
    },
    modals: () => modals,
    modalErrors: () => errors,
    close: () => socket.terminate(),
  };
}

async function control(url: string, what: string, body: JsonObject): Promise<void> {
  const response = await fetch(`${url}/_control/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = toObject(await response.json());
  if (answer.ok !== true) throw new Error(`the workspace refused ${what}: ${String(answer.error)}`);
}
