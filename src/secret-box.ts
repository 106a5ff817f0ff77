import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { AppError } from './errors.ts';

/** Keeps secrets encrypted at rest. */
export interface SecretBox {
  /** False when there is no key to encrypt with. */
  canSeal: boolean;
  /**
   * @param context what the secret is of; it can only be opened with the same, so that one secret cannot be put in another's place
   * @throws AppError when there is no key, saying which variable to set
   */
  seal(secret: string, context: string): string;
  /** True when it was sealed with the key that encrypts now. */
  isCurrent(sealed: string): boolean;
  /** @throws AppError when the key that it was sealed with is not there any more, or when it was changed */
  open(sealed: string, context: string): string;
}

const algorithm = 'aes-256-gcm';
const version = 'v1';
/** What NIST SP 800-38D recommends for GCM. */
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM. What is sealed names its key, so that keys can be changed: the first encrypts, all decrypt.
 *
 * @param keys 32 bytes each, in base64
 */
export function createSecretBox(keys: readonly string[]): SecretBox {
  const byId = new Map(keys.map((key) => [keyIdOf(key), Buffer.from(key, 'base64')]));
  const first = keys[0] === undefined ? null : keyIdOf(keys[0]);
  return {
    canSeal: first !== null,
    seal(secret, context) {
      const key = byId.get(first ?? '');
      if (first === null || key === undefined) throw missingKeys();
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(context));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return [version, first, nonce.toString('base64url'), text.toString('base64url')].join('.');
    },
    isCurrent: (sealed) => first !== null && sealed.split('.')[1] === first,
    open(sealed, context) {
      const [foundVersion, keyId = '', nonce = '', text = ''] = sealed.split('.');
      const key = byId.get(keyId);
      if (foundVersion !== version || key === undefined) throw cannotOpen(`key ${keyId} is not there`);
      const bytes = Buffer.from(text, 'base64url');
      try {
        const decipher = createDecipheriv(algorithm, key, Buffer.from(nonce, 'base64url'), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(context));
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        return decipher.update(bytes.subarray(0, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch (error) {
        throw cannotOpen('it was changed', error);
      }
    },
  };
}

/** Says which key it is without saying anything of it. */
function keyIdOf(key: string): string {
  return createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 8);
}

function missingKeys(): AppError {
  const message =
    'This Baton has no key to keep secrets with. Whoever runs it must set ENCRYPTION_KEYS to 32 random bytes in base64 (openssl rand -base64 32) and start it again.';
  return new AppError('encryption-keys-missing', 503, message);
}

function cannotOpen(reason: string, cause?: unknown): AppError {
  const message = `A stored secret cannot be read: ${reason}. ENCRYPTION_KEYS must list every key that was ever the first.`;
  return new AppError('secret-unreadable', 500, message, { cause });
}
