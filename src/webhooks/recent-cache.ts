import type { Clock } from '../clock.ts';

/** How late another process's change may be noticed. */
const lifetimeMs = 1_000;
const capacity = 2_000;

/** What was read at most a second ago. Callers that come together share one reading. */
export interface RecentCache<T> {
  get: (key: string) => Promise<T>;
  /** To be called when this process has changed it. */
  forget: (key: string) => void;
}

export function createRecentCache<T>(clock: Clock, read: (key: string) => Promise<T>): RecentCache<T> {
  const entries = new Map<string, { value: Promise<T>; readAt: number }>();
  return {
    get(key) {
      const now = clock.now().getTime();
      const known = entries.get(key);
      if (known !== undefined && now - known.readAt < lifetimeMs) return known.value;
      const value = read(key);
      const entry = { value, readAt: now };
      entries.delete(key);
      if (entries.size >= capacity) entries.delete(entries.keys().next().value ?? '');
      entries.set(key, entry);
      // A failure is not kept.
      value.catch(() => {
        if (entries.get(key) === entry) entries.delete(key);
      });
      return value;
    },
    forget: (key) => void entries.delete(key),
  };
}
