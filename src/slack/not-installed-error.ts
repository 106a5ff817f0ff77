import { AppError } from '../errors.ts';

/** Baton is not in the org's workspace: it was never installed there, or was taken out. The message says which. */
export class NotInstalledError extends AppError {
  constructor(message: string) {
    super('slack-not-installed', 409, message);
  }
}
