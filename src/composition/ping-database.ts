import { type Database, nativeDb } from '../../models/database.ts';
import { pause, systemTimers } from '../timers.ts';

/** A database that takes longer to answer is not ready. */
const pingTimeoutMs = 2_000;

/** The driver waits for a frozen server as long as it takes to notice, so the limit is set here. */
export async function pingDatabase(database: Database): Promise<{ ready: boolean; detail: string | null }> {
  const ping = nativeDb(database).command({ ping: 1 });
  const answered = ping.then(
    () => true,
    () => false,
  );
  const ready = await Promise.race([answered, pause(systemTimers, pingTimeoutMs).then(() => false)]);
  return { ready, detail: ready ? null : 'the database does not answer' };
}
