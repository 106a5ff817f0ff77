import type { Clock } from '../clock.ts';

export interface TtlCacheOptions {
  clock: Clock;
  /** How long an entry is good, in milliseconds. */
  ttlMs: number;
  /** How many entries are kept; the oldest go first. */
  maxEntries: number;
}

/** Values that were looked up outside and stay good for a while. Failures are not kept. */
export interface TtlCache<T> {
  /** The value that is kept, or a new one; callers that come together share one look-up. */
  getOrLoad(key: string, load: () => Promise<T>): Promise<T>;
  /** The value that is kept, or undefined. */
  peek(key: string): T | undefined;
  delete(key: string): void;
}

export function createTtlCache<T>({ clock, ttlMs, maxEntries }: TtlCacheOptions): TtlCache<T> {
  const entries = new Map<string, { value: T; untilMs: number }>();
  const loading = new Map<string, Promise<T>>();

  function peek(key: string): T | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.untilMs > clock.now().getTime()) return entry.value;
    entries.delete(key);
    return undefined;
  }

  function keep(key: string, value: T): void {
    entries.delete(key);
    entries.set(key, { value, untilMs: clock.now().getTime() + ttlMs });
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
  }

  async function loadAndKeep(key: string, load: () => Promise<T>): Promise<T> {
    try {
      const value = await load();
      keep(key, value);
      return value;
    } finally {
      loading.delete(key);
    }
  }

  async function getOrLoad(key: string, load: () => Promise<T>): Promise<T> {
    const kept = peek(key);
    if (kept !== undefined) return kept;
    const pending = loading.get(key) ?? loadAndKeep(key, load);
    loading.set(key, pending);
    return pending;
  }

  return { getOrLoad, peek, delete: (key) => void entries.delete(key) };
}
