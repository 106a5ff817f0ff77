/** What of Bun's WebSocket is used here. */
export interface BunSocket {
  data: unknown;
  send: (text: string) => unknown;
}

/** What of the options of Bun's server is used here; the rest passes through unchanged. */
export interface BunServeOptions {
  hostname?: string;
  fetch: (request: Request, server: unknown) => unknown;
  websocket: {
    open: (socket: BunSocket) => unknown;
    message: (socket: BunSocket, data: string | Uint8Array) => unknown;
  };
}

/** What of the runtime's global object `Bun` is used here. */
export interface BunRuntime {
  serve: (options: BunServeOptions) => unknown;
}
