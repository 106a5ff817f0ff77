import { z } from 'zod';

/**
 * Where the card of each task is posted: where it was started (`origin`, the default), in the direct
 * message with whoever started it (`starter`), or in the channel with this Slack id.
 */
export const PostTo = z.union([
  z.enum(['origin', 'starter']),
  z.string().regex(/^[CG][A-Z0-9]{2,}$/, 'must be "origin", "starter" or the id of a channel'),
]);
export type PostTo = z.infer<typeof PostTo>;
