import { z } from 'zod';
import { ValidationError } from '../../errors.ts';
import type { List } from './representations.ts';

/** For `limit`, at most and by default. */
const maxLimit = 50;
const limitError = `must be a whole number from 1 to ${maxLimit}`;

/** What every list takes: how many, and from where on. */
export const PageQuery = z.strictObject({
  limit: z.coerce
    .number({ error: limitError })
    .int(limitError)
    .min(1, limitError)
    .max(maxLimit, limitError)
    .default(maxLimit),
  cursor: z.string().max(1_000, 'is too long').optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** A place in a list as the outside sees it: opaque, to be sent back as it is. */
export function encodeCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** @throws ValidationError for what `encodeCursor` has not made */
export function decodeCursor<Place extends z.ZodType>(schema: Place, cursor: string): z.output<Place> {
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  const message = 'must be the nextCursor of an earlier answer';
  throw new ValidationError(`cursor ${message}.`, [{ path: 'cursor', message }]);
}

/** The page, out of one more item than it may have. */
export function toPage<Item>(
  found: readonly Item[],
  limit: number,
  placeOf: (last: Item) => unknown,
  represent: (item: Item) => object,
): List<object> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return { items: items.map(represent), nextCursor: hasMore ? encodeCursor(placeOf(last)) : null };
}

/** A page out of a list that is in memory as a whole, and only grows at its end. */
export function pageOfGrowing<Item>(
  all: readonly Item[],
  { limit, cursor }: PageQuery,
  represent: (item: Item) => object,
): List<object> {
  const start = cursor === undefined ? 0 : decodeCursor(z.int().min(0).max(1_000_000), cursor);
  return toPage(all.slice(start, start + limit + 1), limit, () => start + limit, represent);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
