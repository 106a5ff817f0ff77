import { AppError } from '../../src/errors.ts';

/** The error that the work ends with. @throws whatever else it ends with; Error when it succeeds */
export async function failureOf(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it succeeded');
}
