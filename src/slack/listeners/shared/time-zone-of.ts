import { AppError } from '../../../errors.ts';
import type { SlackDeps } from '../../slack-deps.ts';

/** The person's time zone as Slack knows it; UTC while Slack does not say. */
export async function timeZoneOf(
  { connection }: Pick<SlackDeps, 'connection'>,
  userId: string,
): Promise<string> {
  try {
    return (await connection.directory.account(userId)).timeZone ?? 'UTC';
  } catch (error) {
    if (error instanceof AppError) return 'UTC';
    throw error;
  }
}
