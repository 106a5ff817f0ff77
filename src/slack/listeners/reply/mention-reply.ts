import { RetryableError } from '../../../errors.ts';
import type { Messenger, Target } from '../../messenger.ts';
import type { Reply, TellDirectly } from './reply.ts';

/** Answers a mention where it was written, so that only whoever wrote it sees it; directly where that fails. */
export function createMentionReply(
  messenger: Messenger,
  target: Target,
  userId: string,
  tellDirectly: TellDirectly,
): Reply {
  let told = 0;
  return {
    // Events are acknowledged when they were handled.
    acknowledge: () => Promise.resolve(),
    isAcknowledged: () => true,
    timesTold: () => told,
    async tell(message) {
      told += 1;
      const sent = await messenger.ephemeral(target, userId, message);
      if (sent.kind === 'done') return;
      if (sent.kind === 'dead') return tellDirectly(message);
      throw new RetryableError(sent.error, { retryAfterMs: sent.afterMs });
    },
  };
}
