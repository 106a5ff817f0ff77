import { type JsonObject, toText } from './json.ts';

/** One Web API method of the fake: gives the fields that go beside `ok: true`, or throws `SlackApiError`. */
export type FakeMethod = (args: JsonObject) => JsonObject;

export type FakeMethods = Record<string, FakeMethod>;

/** One page of a list with Slack's cursor. Default limit 100. */
export function paginate<Item>(
  items: Item[],
  args: JsonObject,
): { page: Item[]; response_metadata: { next_cursor: string } } {
  const cursor = toText(args.cursor);
  const start = cursor === '' ? 0 : Number(Buffer.from(cursor, 'base64').toString());
  const limit = Number(args.limit ?? 100);
  const end = start + limit;
  const nextCursor = end < items.length ? Buffer.from(String(end)).toString('base64') : '';
  return { page: items.slice(start, end), response_metadata: { next_cursor: nextCursor } };
}
