import type { ErrorRequestHandler, RequestHandler } from 'express';
import { isDatabaseAway } from '../../../models/database-failure.ts';
import { AppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { requestIdOf } from '../request-context.ts';
import { noticeFragment, noticePage } from './layout.ts';
import { isFromScript } from './require-session.ts';
import { viewerOrNull } from './viewer.ts';

const titles: Readonly<Record<number, string>> = {
  401: 'You are signed out',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not possible here',
  409: 'Nothing changed',
  421: 'Wrong address',
  422: 'Nothing changed',
  503: 'Please try again',
};

/** For whatever lies below `/board` and is no page. */
export const noSuchPage: RequestHandler = () => {
  throw new AppError('no-such-route', 404, 'There is no such page.');
};

/** Says every error in words: as a page, or where the page tells things when its script has asked. */
export function createBoardErrorHandler(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, next) => {
    if (res.headersSent) return next(thrown);
    const { status, message } = explain(thrown, requestIdOf(req), logger);
    res.status(status).type('html');
    if (isFromScript(req)) res.send(noticeFragment(message, 'refused').toString());
    else res.send(noticePage(viewerOrNull(req), titles[status] ?? 'That did not work', message));
  };
}

function explain(thrown: unknown, requestId: string, logger: Logger): { status: number; message: string } {
  if (isDatabaseAway(thrown)) {
    logger.warn({ err: thrown, requestId }, 'database not reached');
    return {
      status: 503,
      message: 'Baton cannot reach its database right now. Please try again in a few seconds.',
    };
  }
  if (thrown instanceof AppError && thrown.status < 500) return thrown;
  if (thrown instanceof AppError && thrown.retryable) return thrown;
  const status = thrown instanceof Error && 'status' in thrown ? Number(thrown.status) : 500;
  if (status >= 400 && status < 500)
    return { status, message: 'What was sent could not be read. Nothing changed.' };
  logger.error({ err: thrown, requestId }, 'request failed');
  return { status: 500, message: `Something went wrong here, and it was logged as request ${requestId}.` };
}
