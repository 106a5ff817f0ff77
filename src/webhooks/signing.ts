import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { type Plugin, type SealedSecret, secretsInForce } from '../domain/plugin.ts';
import type { SecretBox } from '../secret-box.ts';

/** Within what the Standard Webhooks specification allows, 24 to 64. */
const secretBytes = 32;

/** `whsec_` and the bytes in base64. */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`;
}

export function sealSigningSecret(box: SecretBox, pluginId: string, secret: string): SealedSecret {
  return { sealed: box.seal(secret, signingSecretContext(pluginId)), expiresAt: null };
}

/** The secret in force so far, as it is kept after a rotation: it goes on signing for `overlapMs`. */
export function previousSecret(
  secrets: readonly SealedSecret[],
  now: Date,
  overlapMs: number,
): SealedSecret[] {
  const [current] = secretsInForce(secrets, now);
  if (current === undefined || overlapMs === 0) return [];
  return [{ ...current, expiresAt: new Date(now.getTime() + overlapMs) }];
}

/**
 * The headers of the Standard Webhooks specification. After a rotation there are two signatures, one by
 * each secret.
 *
 * @throws AppError when a secret cannot be decrypted
 */
export function signatureHeaders(
  box: SecretBox,
  plugin: Pick<Plugin, 'id' | 'secrets'>,
  message: { id: string; at: Date; body: string },
): Record<string, string> {
  const signatures = secretsInForce(plugin.secrets, message.at).map(({ sealed }) =>
    new Webhook(box.open(sealed, signingSecretContext(plugin.id))).sign(message.id, message.at, message.body),
  );
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(Math.floor(message.at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}

/** What a plugin's secret was sealed for. */
export function signingSecretContext(pluginId: string): string {
  return `plugin:${pluginId}:signing-secret`;
}
