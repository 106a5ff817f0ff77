import { errorNotice, refusalNotice, tryAgainNotice } from '../../../blocks/notices.ts';
import type { Message } from '../../../blocks/message.ts';
import { Refusal } from '../../domain/refusal.ts';
import { AppError, errorMessage } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { SlackRefused, SlackUnauthorized } from '../slack-call.ts';
import type { Reply } from './reply/reply.ts';

/** Slack waits 3 s. Whoever takes longer is acknowledged and told afterwards. */
const acknowledgeAfterMs = 2_500;

/**
 * Does what a person asked for and sees to it that they get an answer: whatever is thrown becomes a
 * notice to them, and Slack is always told that the request arrived. The durable writes are made
 * before the acknowledgement, unless they take too long.
 */
export async function answer(reply: Reply, logger: Logger, work: () => Promise<void>): Promise<void> {
  const timer = setTimeout(() => void attempt(() => reply.acknowledge(), logger), acknowledgeAfterMs);
  try {
    await work();
  } catch (error) {
    await attempt(() => reply.tell(noticeFor(error, logger)), logger);
  } finally {
    clearTimeout(timer);
  }
  await attempt(() => reply.acknowledge(), logger);
}

/** What the person is told about an error. Logs those that they can do nothing about. */
function noticeFor(error: unknown, logger: Logger): Message {
  if (error instanceof Refusal) return refusalNotice(error.reason);
  if (error instanceof AppError) {
    if (error instanceof SlackRefused || error instanceof SlackUnauthorized) {
      logger.error({ slackError: error.slackError, err: error }, 'Slack refused a call');
    }
    return errorNotice(error);
  }
  logger.error({ err: error }, 'A Slack request failed unexpectedly');
  return tryAgainNotice();
}

/** An answer that does not arrive changes nothing of what was done. */
async function attempt(send: () => Promise<void>, logger: Logger): Promise<void> {
  try {
    await send();
  } catch (error) {
    logger.warn({ detail: errorMessage(error) }, 'An answer to Slack did not arrive');
  }
}
