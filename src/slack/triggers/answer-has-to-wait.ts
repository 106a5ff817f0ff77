import { RetryableError } from '../../errors.ts';

/** Everything is done but to say in the thread why nothing was started: Slack wants that slower. */
export class AnswerHasToWait extends RetryableError {
  constructor(afterMs: number) {
    super('waiting for Slack’s rate limit', { code: 'answer-has-to-wait', retryAfterMs: afterMs });
  }
}
