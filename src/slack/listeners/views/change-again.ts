import { ConflictError } from '../../../errors.ts';

const maxAttempts = 3;

/** Makes a change that reads the workflow itself, and makes it anew when somebody else was faster. @throws ConflictError in the end */
export async function changeAgain<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change();
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === maxAttempts) throw error;
    }
  }
}
