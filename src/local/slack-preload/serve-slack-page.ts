import type { BunServeOptions, BunSocket } from './bun-serve.ts';
import { completeValues } from './initial-values.ts';
import { isObject, type JsonObject, parseObject, toObjects } from './json.ts';
import { toShownUpdate } from './shown-update.ts';

/**
 * Stands on the WebSocket between the workspace and its page, which knows less of Slack's format than
 * the bot uses: what goes to the page is put into what it can show, and a form that comes from it gets the
 * initial values that the page leaves out. The workspace keeps what the bot has sent, and gives that back.
 */
export function serveSlackPage(options: BunServeOptions): BunServeOptions {
  const { websocket } = options;
  let modals: JsonObject[] = [];
  const show = (text: string): string => {
    const update = parseObject(text);
    if (update === null) return text;
    modals = modalsIn(update) ?? modals;
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return JSON.stringify(toShownUpdate(update, { now: new Date(), timeZone }));
  };
  const complete = (text: string): string => {
    const command = parseObject(text);
    const view = modals.at(-1);
    if (command?.['t'] !== 'view_submit' || view === undefined) return text;
    const sent = isObject(command['values']) ? command['values'] : {};
    return JSON.stringify({ ...command, values: completeValues(view, sent) });
  };
  return {
    ...options,
    websocket: {
      ...websocket,
      open: (socket) => {
        const send = socket.send.bind(socket);
        if (isPage(socket)) socket.send = (text) => send(show(text));
        return websocket.open(socket);
      },
      message: (socket, data) =>
        websocket.message(socket, isPage(socket) && typeof data === 'string' ? complete(data) : data),
    },
  };
}

/** The bots' own sockets, of Socket Mode, are of another kind. */
function isPage({ data }: BunSocket): boolean {
  return isObject(data) && data['kind'] === 'ui';
}

/** The open modals, the one on top last; `null` where the update does not tell them. */
function modalsIn({ t, state, stack }: JsonObject): JsonObject[] | null {
  if (t === 'init') return toObjects(isObject(state) ? state['modalStack'] : []);
  return t === 'view' ? toObjects(stack) : null;
}
