import type { ChangeWatch, StoredChange } from '../../models/change-watch.ts';
import { errorMessage } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Timers } from '../timers.ts';

/** What a page that is open is told. `gap`: something may have been missed, so look at everything again. */
export type FeedItem = StoredChange | { kind: 'gap' };

export interface Subscription {
  orgId: string;
  /** Only what happens in this workflow. */
  workflowId: string;
  /** Only what happens to this task, of the workflow. */
  executionId?: string;
}

/** Tells pages what any process has changed. One stream in each process, and none while nobody looks. */
export interface TaskFeed {
  /**
   * Resolves when nothing that happens from then on is missed. The listener must not throw.
   * @returns what ends it @throws when the database cannot be asked
   */
  subscribe(to: Subscription, listener: (item: FeedItem) => void): Promise<() => void>;
  /** Ends the stream, and tells all listeners for the last time: that there is a gap. */
  stop(): Promise<void>;
}

export interface TaskFeedDeps {
  openWatch: () => Promise<ChangeWatch>;
  timers: Timers;
  logger: Logger;
}

/** How long the stream is kept when the last page was closed: most are opened again at once. */
const lingerMs = 30_000;

interface Listener {
  to: Subscription;
  tell: (item: FeedItem) => void;
}

export function createTaskFeed(deps: TaskFeedDeps): TaskFeed {
  return new StreamedFeed(deps);
}

class StreamedFeed implements TaskFeed {
  readonly #deps: TaskFeedDeps;
  readonly #listeners = new Set<Listener>();
  /** Null while there is no stream. */
  #watch: Promise<ChangeWatch> | null = null;
  #cancelLinger = (): void => {};

  constructor(deps: TaskFeedDeps) {
    this.#deps = deps;
  }

  async subscribe(to: Subscription, tell: (item: FeedItem) => void): Promise<() => void> {
    const listener = { to, tell };
    this.#listeners.add(listener);
    this.#cancelLinger();
    try {
      await (this.#watch ??= this.#open());
    } catch (error) {
      this.#unsubscribe(listener);
      throw error;
    }
    return () => this.#unsubscribe(listener);
  }

  async stop(): Promise<void> {
    this.#cancelLinger();
    this.#endAll();
    await this.#close();
  }

  #unsubscribe(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#cancelLinger();
    this.#cancelLinger = this.#deps.timers.after(lingerMs, () => {
      if (this.#listeners.size === 0) void this.#close();
    });
  }

  async #open(): Promise<ChangeWatch> {
    try {
      const watch = await this.#deps.openWatch();
      void this.#run(watch);
      return watch;
    } catch (error) {
      this.#watch = null;
      throw error;
    }
  }

  /** When it breaks, whoever listens is sent away: they come back, and look at everything. */
  async #run(watch: ChangeWatch): Promise<void> {
    try {
      await watch.run((change) => this.#tell(change));
    } catch (error) {
      this.#deps.logger.warn({ detail: errorMessage(error) }, 'the stream of changes for the board broke');
    }
    if ((await this.#watch) !== watch) return;
    await this.#close();
    this.#endAll();
  }

  async #close(): Promise<void> {
    const watch = this.#watch;
    this.#watch = null;
    await (await watch?.catch(() => null))?.close().catch(() => undefined);
  }

  #tell(change: StoredChange): void {
    for (const { to, tell } of this.#listeners) {
      if (to.orgId !== change.orgId || to.workflowId !== change.workflowId) continue;
      const isOther =
        to.executionId !== undefined && (change.kind !== 'task' || change.executionId !== to.executionId);
      if (!isOther) tell(change);
    }
  }

  #endAll(): void {
    const all = [...this.#listeners];
    this.#listeners.clear();
    for (const { tell } of all) tell({ kind: 'gap' });
  }
}
