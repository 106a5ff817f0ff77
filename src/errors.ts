/** One field of an input that is wrong: `path` is a JSON Pointer-like path without the leading slash, `message` says what to do. */
export interface FieldError {
  path: string;
  message: string;
}

export interface AppErrorOptions {
  cause?: unknown;
  /** How long to wait before trying again, in milliseconds. Only meaningful when `retryable`. */
  retryAfterMs?: number;
  /** Wrong fields, for validation errors. */
  fields?: FieldError[];
}

/**
 * The one error type that crosses module borders. Each edge translates it once: HTTP into
 * problem+json, Slack into a notice to the person, jobs into a retry.
 *
 * `code` is stable and machine-readable (kebab-case); `message` is plain English for a person and
 * says what to do.
 */
export class AppError extends Error {
  readonly code: string;
  /** The HTTP status that fits, RFC 9110. */
  readonly status: number;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly fields: FieldError[];

  constructor(
    code: string,
    status: number,
    message: string,
    options: AppErrorOptions & { retryable?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.fields = options.fields ?? [];
  }
}

/** What was sent does not have the right form; `fields` names each place that is wrong. */
export class ValidationError extends AppError {
  constructor(message: string, fields: FieldError[] = [], code = 'validation') {
    super(code, 422, message, { fields });
  }
}

/** The thing does not exist, or the caller may not know that it exists. */
export class NotFoundError extends AppError {
  constructor(message: string, code = 'not-found') {
    super(code, 404, message);
  }
}

/** The request was right but the state has moved on; the message says what happened first. */
export class ConflictError extends AppError {
  constructor(message: string, code = 'conflict') {
    super(code, 409, message);
  }
}

/** The caller is known and may not do this. */
export class PermissionError extends AppError {
  constructor(message: string, code = 'forbidden') {
    super(code, 403, message);
  }
}

/** Something outside failed for now; trying again later is safe and may succeed. */
export class RetryableError extends AppError {
  constructor(message: string, options: AppErrorOptions & { code?: string } = {}) {
    super(options.code ?? 'unavailable', 503, message, { ...options, retryable: true });
  }
}

/** Trying again will not help; a person must change something. */
export class FatalError extends AppError {
  constructor(message: string, options: AppErrorOptions & { code?: string } = {}) {
    super(options.code ?? 'fatal', 500, message, options);
  }
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
