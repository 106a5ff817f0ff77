import type { ErrorRequestHandler } from 'express';
import { isDatabaseAway } from '../../models/database-failure.ts';
import { AppError, type FieldError, RetryableError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { requestIdOf } from './request-context.ts';

/** RFC 9457, with `errors` for wrong fields and `requestId` where somebody has to look into the log. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: FieldError[];
  requestId?: string;
}

const defaultRetryAfterMs = 5_000;
/** A new primary is there after about ten seconds; a restarted server is quicker. */
const databaseRetryAfterMs = 10_000;

const databaseAwayCode = 'database-unreachable';

/** What Express and its body parser refuse by themselves, by the `type` of their errors. */
const parserProblems: Readonly<Record<string, { code: string; message: string }>> = {
  'entity.parse.failed': { code: 'malformed-json', message: 'The body is not valid JSON.' },
  'entity.too.large': { code: 'body-too-large', message: 'The body is larger than 1 MB.' },
  'encoding.unsupported': {
    code: 'unsupported-encoding',
    message: 'Send the body plain, or compressed with gzip, deflate or br.',
  },
  'charset.unsupported': { code: 'unsupported-charset', message: 'Send the body in UTF-8.' },
};

/**
 * Answers every error as `application/problem+json`. What is not meant for callers (programming
 * errors, 500) is logged with the request's id, and the answer has that id and nothing else of it.
 */
export function createProblemHandler(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, req, res, _next) => {
    const requestId = requestIdOf(req);
    const error = toAppError(thrown);
    if (error === null || error.status === 500) logger.error({ err: thrown, requestId }, 'request failed');
    else if (error.code === databaseAwayCode) logger.warn({ err: thrown, requestId }, 'database not reached');
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const problem = error === null || error.status === 500 ? internalProblem(requestId) : toProblem(error);
    if (error?.retryable === true) {
      res.set('Retry-After', String(Math.ceil((error.retryAfterMs ?? defaultRetryAfterMs) / 1000)));
    }
    res.status(problem.status).type('application/problem+json').json(problem);
  };
}

/** The problem document of an error that callers may see. `type` is a URN made of its code. */
export function toProblem(error: AppError): Problem {
  const { code, status, message, fields } = error;
  return {
    type: `urn:baton:problem:${code}`,
    title: titleOf(code),
    status,
    detail: message,
    ...(fields.length > 0 ? { errors: fields } : {}),
  };
}

function internalProblem(requestId: string): Problem {
  const detail = `Something went wrong here, and it was logged as request ${requestId}.`;
  return { ...toProblem(new AppError('internal-error', 500, detail)), requestId };
}

/** Null for what callers may not see. */
function toAppError(error: unknown): AppError | null {
  if (error instanceof AppError) return error;
  if (isDatabaseAway(error)) {
    const message =
      'Baton cannot reach its database right now. Please try again in a few seconds. What you sent may have been done nevertheless: with the same Idempotency-Key it is not done twice.';
    return new RetryableError(message, {
      code: databaseAwayCode,
      retryAfterMs: databaseRetryAfterMs,
      cause: error,
    });
  }
  if (error instanceof URIError) return new AppError('malformed-url', 400, 'The URL is not valid.');
  if (!isClientError(error)) return null;
  const known = parserProblems[error.type ?? ''];
  return new AppError(known?.code ?? 'bad-request', error.status, known?.message ?? error.message);
}

/** An error that Express's own parts made for the caller (`http-errors`). */
function isClientError(error: unknown): error is Error & { status: number; type?: string } {
  if (!(error instanceof Error) || !('status' in error) || !('expose' in error)) return false;
  const { status, expose } = error;
  return expose === true && typeof status === 'number' && status >= 400 && status < 500;
}

function titleOf(code: string): string {
  const words = code.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
