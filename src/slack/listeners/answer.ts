import {
  doneAfterAllNotice,
  errorNotice,
  refusalNotice,
  slowNotice,
  tryAgainNotice,
} from '../../../blocks/notices.ts';
import type { Message } from '../../../blocks/message.ts';
import { Refusal } from '../../domain/refusal.ts';
import { AppError, errorMessage } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { SlackRefused, SlackUnauthorized } from '../slack-call.ts';
import type { Reply } from './reply/reply.ts';

/** Slack waits 3 s. Whoever takes longer than this is told so, which also acknowledges. */
const tellSlowAfterMs = 2_300;

/**
 * Does what a person asked for and sees to it that they get an answer in time: whatever is thrown becomes
 * a notice to them, and Slack is always told that the request arrived. The durable writes are made before
 * the acknowledgement; where they take too long, because the database does not answer, the person is
 * told that nothing is certain yet. Nobody takes for done what was not written.
 */
export async function answer(reply: Reply, logger: Logger, work: () => Promise<void>): Promise<void> {
  let wasToldSlow = false;
  const timer = setTimeout(() => {
    // What is acknowledged is done; what still goes on is only what is shown of it.
    if (reply.isAcknowledged()) return;
    wasToldSlow = true;
    void attempt(() => reply.tell(slowNotice()), logger);
  }, tellSlowAfterMs);
  try {
    await work();
    // Unless the work has told them what became of it: that somebody else was first, for one.
    if (wasToldSlow && reply.timesTold() === 1) await attempt(() => reply.tell(doneAfterAllNotice()), logger);
  } catch (error) {
    const notice = noticeFor(error, logger);
    // Whoever was told to try again need not be told twice.
    if (notice !== null || !wasToldSlow) await attempt(() => reply.tell(notice ?? tryAgainNotice()), logger);
  } finally {
    clearTimeout(timer);
  }
  await attempt(() => reply.acknowledge(), logger);
}

/** What the person is told about an error; null when there is nothing to tell but to try again. Logs what they can do nothing about. */
function noticeFor(error: unknown, logger: Logger): Message | null {
  if (error instanceof Refusal) return refusalNotice(error.reason);
  if (error instanceof AppError) {
    if (error instanceof SlackRefused || error instanceof SlackUnauthorized) {
      logger.error({ slackError: error.slackError, err: error }, 'Slack refused a call');
    }
    return errorNotice(error);
  }
  logger.error({ err: error }, 'A Slack request failed unexpectedly');
  return null;
}

/** An answer that does not arrive changes nothing of what was done. */
async function attempt(send: () => Promise<void>, logger: Logger): Promise<void> {
  try {
    await send();
  } catch (error) {
    logger.warn({ detail: errorMessage(error) }, 'An answer to Slack did not arrive');
  }
}
