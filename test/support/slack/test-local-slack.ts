import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalSlack, startLocalSlack } from '../../../src/local/local-slack.ts';
import type { LocalSlackDelivery } from '../../../src/local/local-slack-workspace.ts';
import { createLogger } from '../../../src/logger.ts';

/** True where the local workspace's binary runs; elsewhere its tests are skipped. */
export function localSlackAvailable(): boolean {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** Starts the local workspace on a free port, with its data in a folder that goes away with it. */
export async function startTestLocalSlack(
  delivery: LocalSlackDelivery = { mode: 'socket' },
): Promise<LocalSlack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'local-slack-test-'));
  const removeData = (): Promise<void> => rm(dataDir, { recursive: true, force: true });
  const started = await startLocalSlack({ dataDir, logger: createLogger('warn'), port: 0, delivery });
  if ('unavailable' in started) {
    await removeData();
    throw new Error(started.unavailable);
  }
  const stop = async (): Promise<void> => {
    await started.stop();
    await removeData();
  };
  return { ...started, stop };
}
