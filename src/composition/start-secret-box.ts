import type { Config } from '../config.ts';
import { readOrMakeEncryptionKey } from '../local/encryption-key-file.ts';
import type { Logger } from '../logger.ts';
import { type SecretBox, createSecretBox } from '../secret-box.ts';

/** What secrets are kept with. In production there may be no key: then nothing that needs one works, and says so. */
export async function startSecretBox(config: Config, logger: Logger): Promise<SecretBox> {
  const { encryptionKeys, mode, dataDir } = config;
  if (encryptionKeys.length > 0) return createSecretBox(encryptionKeys);
  if (mode === 'local') return createSecretBox([await readOrMakeEncryptionKey(dataDir)]);
  logger.warn({}, 'ENCRYPTION_KEYS is not set: plugins cannot be registered');
  return createSecretBox([]);
}
