import { AppError } from '../../../errors.ts';
import type { Directory } from '../../directory.ts';

/** The person's time zone as Slack knows it; UTC while Slack does not say. */
export async function timeZoneOf(directory: Pick<Directory, 'account'>, userId: string): Promise<string> {
  try {
    return (await directory.account(userId)).timeZone ?? 'UTC';
  } catch (error) {
    if (error instanceof AppError) return 'UTC';
    throw error;
  }
}
