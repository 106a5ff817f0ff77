import type { Database } from '../../models/database.ts';
import { type SealedSecret, listSealedSecrets } from '../../models/sealed-secrets.ts';
import type { SecretBox } from '../secret-box.ts';
import { tokenContext } from '../slack/install/installations.ts';
import { deliveryContext } from '../webhooks/send-delivery.ts';
import { signingSecretContext } from '../webhooks/signing.ts';

export interface RotatedKeys {
  /** Encrypted anew with the first key. */
  resealed: number;
  /** Encrypted with it already. */
  current: number;
  /** Changed while this was done: by a process that knows the first key, or one that does not. Run it again. */
  changed: number;
}

/**
 * Encrypts everything anew that was encrypted with another key than the first one. Afterwards the others may be taken
 * out. The bot may run meanwhile.
 *
 * @throws AppError when something was encrypted with a key that is not there
 */
export async function rotateKeys(database: Database, box: SecretBox): Promise<RotatedKeys> {
  const counts = { resealed: 0, current: 0, changed: 0 };
  for await (const secret of listSealedSecrets(database)) {
    const context = contextOf(secret);
    if (box.isCurrent(secret.sealed)) counts.current += 1;
    else if (await secret.replace(box.seal(box.open(secret.sealed, context), context))) counts.resealed += 1;
    else counts.changed += 1;
  }
  return counts;
}

function contextOf({ of, id }: SealedSecret): string {
  switch (of) {
    case 'installation':
      return tokenContext(id);
    case 'plugin':
    case 'intake':
      return signingSecretContext(id);
    case 'delivery':
      return deliveryContext(id);
  }
}
