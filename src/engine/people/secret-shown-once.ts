import { ConflictError } from '../../errors.ts';

export const secretShownOnceCode = 'secret-shown-once';

/** For a request that is repeated after what it asks for was made, with a secret that is not kept. */
export function secretShownOnce(): ConflictError {
  return new ConflictError(
    'This was done before with this Idempotency-Key. The answer held a secret, which is shown once and not kept: make another, and remove this one.',
    secretShownOnceCode,
  );
}
