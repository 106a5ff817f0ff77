const maxWaitMs = 24 * 3_600_000;

/**
 * How long a provider asks to be left alone, in milliseconds: `Retry-After` (RFC 9110: seconds or a
 * date), or OpenAI's `retry-after-ms`. `undefined` when it does not say.
 */
export function readRetryAfterMs(headers: Headers | undefined, now: Date): number | undefined {
  const exact = Number.parseFloat(headers?.get('retry-after-ms') ?? '');
  if (Number.isFinite(exact)) return bound(exact);
  const text = headers?.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return bound(Number(text) * 1_000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : bound(date - now.getTime());
}

function bound(waitMs: number): number {
  return Math.ceil(Math.min(Math.max(waitMs, 0), maxWaitMs));
}
