import { type ListToolsResult, ListToolsResultSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Clock } from '../clock.ts';
import type { ToolInfo, ToolServer } from '../domain/tool-server.ts';
import { RetryableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { describeServerError, withoutSecrets } from './describe-server-error.ts';
import { type ClientListeners, type OpenClient, openClient } from './open-client.ts';
import { toToolInfo } from './read-tool.ts';

/** What has become of a connection. */
interface Condition {
  isGone: boolean;
  /** A message was larger than allowed. */
  hasOverflowed: boolean;
  /** It has answered at least once. */
  hasAnswered: boolean;
  isProbing: boolean;
  tools: { atMs: number; list: Promise<ToolInfo[]> } | null;
}

/** A connection that stands, or stood. */
export interface Live extends OpenClient {
  readonly condition: Condition;
}

const firstDelayMs = 500;
const maxDelayMs = 60_000;
const toolsMaxAgeMs = 60_000;
const listTimeoutMs = 15_000;
const pingTimeoutMs = 3_000;
const maxPages = 20;

/** The one connection to a tool server: made when it is needed, and made again when it was lost. */
export class ToolConnection {
  readonly #server: ToolServer;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #current: Live | null = null;
  #connecting: Promise<Live> | null = null;
  #isClosed = false;
  #failures = 0;
  #notBeforeMs = 0;

  constructor(server: ToolServer, { clock, logger }: { clock: Clock; logger: Logger }) {
    this.#server = server;
    this.#clock = clock;
    this.#logger = logger.child({ toolServer: server.name });
  }

  /** @throws RetryableError `tool-server-unreachable`, at once while a server that failed is left alone */
  async connect(): Promise<Live> {
    if (this.#isClosed) throw this.#unreachable();
    if (this.#current !== null) return this.#current;
    if (this.#connecting === null) {
      if (this.#nowMs() < this.#notBeforeMs) throw this.#unreachable();
      this.#connecting = this.#open().finally(() => {
        this.#connecting = null;
      });
    }
    return this.#connecting;
  }

  /** The tools, as the server has told them within the last minute and not called changed since. */
  async tools(live: Live): Promise<ToolInfo[]> {
    const { condition } = live;
    const nowMs = this.#nowMs();
    if (condition.tools === null || nowMs - condition.tools.atMs > toolsMaxAgeMs) {
      const asked = { atMs: nowMs, list: listTools(live) };
      condition.tools = asked;
      asked.list.catch(() => {
        if (condition.tools === asked) condition.tools = null;
      });
    }
    const list = await condition.tools.list;
    condition.hasAnswered = true;
    this.#failures = 0;
    return list;
  }

  /** Finds out whether the server is still there; if not, every call under way ends. */
  probe({ client, condition }: Live): void {
    if (condition.isProbing || condition.isGone) return;
    condition.isProbing = true;
    client
      .ping({ timeout: pingTimeoutMs })
      .catch(() => client.close())
      .finally(() => {
        condition.isProbing = false;
      })
      .catch((error: unknown) => {
        this.#logger.debug({ detail: this.describe(error) }, 'a lost tool server could not be closed');
      });
  }

  /** Ends it; the next `connect` makes a new one. */
  async drop(live: Live): Promise<void> {
    live.condition.isGone = true;
    if (this.#current === live) this.#current = null;
    await live.client.close();
  }

  /** What went wrong with it, for people and for the log. */
  describe(error: unknown): string {
    return describeServerError(this.#server, error);
  }

  /** What it says itself. */
  withoutSecrets(said: string): string {
    return withoutSecrets(this.#server, said);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#connecting?.catch(() => undefined);
    await this.#current?.close();
  }

  async #open(): Promise<Live> {
    const condition: Condition = {
      isGone: false,
      hasOverflowed: false,
      hasAnswered: false,
      isProbing: false,
      tools: null,
    };
    let live: Live | null = null;
    try {
      const opened = await openClient(
        this.#server,
        this.#listenersOf(condition, () => live),
      );
      live = { ...opened, condition };
    } catch (error) {
      this.#noteFailure();
      this.#logger.warn({ detail: this.describe(error) }, 'a tool server cannot be reached');
      throw this.#unreachable();
    }
    this.#logger.info({}, 'connected to a tool server');
    if (this.#isClosed) await live.close();
    else if (!condition.isGone) this.#current = live;
    return live;
  }

  #listenersOf(condition: Condition, liveOf: () => Live | null): ClientListeners {
    return {
      onClose: () => {
        if (condition.isGone) return;
        condition.isGone = true;
        const live = liveOf();
        if (live === null) return;
        if (this.#current === live) this.#current = null;
        if (!condition.hasAnswered && !this.#isClosed) this.#noteFailure();
      },
      onTrouble: () => {
        const live = liveOf();
        if (live !== null) this.probe(live);
      },
      onOverflow: () => {
        condition.hasOverflowed = true;
      },
      onToolsChanged: () => {
        condition.tools = null;
      },
    };
  }

  #noteFailure(): void {
    this.#failures += 1;
    this.#notBeforeMs = this.#nowMs() + Math.min(firstDelayMs * 2 ** (this.#failures - 1), maxDelayMs);
  }

  #unreachable(): RetryableError {
    const retryAfterMs = Math.max(0, this.#notBeforeMs - this.#nowMs());
    const message = `The tool server "${this.#server.name}" cannot be reached.`;
    return new RetryableError(message, { code: 'tool-server-unreachable', retryAfterMs });
  }

  #nowMs(): number {
    return this.#clock.now().getTime();
  }
}

async function listTools({ client }: Live): Promise<ToolInfo[]> {
  const tools: ToolInfo[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    // Not client.listTools(): it would compile the server's schemas, patterns and all.
    const result: ListToolsResult = await client.request(
      { method: 'tools/list', params: cursor === undefined ? {} : { cursor } },
      ListToolsResultSchema,
      { timeout: listTimeoutMs },
    );
    tools.push(...result.tools.map(toToolInfo));
    cursor = result.nextCursor;
    if (cursor === undefined) return tools;
  }
  return tools;
}
