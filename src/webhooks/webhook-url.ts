import { isIP } from 'node:net';
import { ValidationError } from '../errors.ts';
import { isPublicAddress } from './public-address.ts';

export interface WebhookUrlRules {
  /** Whether receivers may be on this machine or in a private network. */
  allowPrivate: boolean;
  /** Whether receivers are reached by https only. */
  requireHttps: boolean;
}

const maxUrlLength = 2_048;

/**
 * A receiver's address in its normal form. What the name resolves to is checked at each connection; an
 * address in numbers is refused here already, in whatever form it is written.
 *
 * @throws ValidationError for the field `webhookUrl`
 */
export function requireWebhookUrl(text: string, { allowPrivate, requireHttps }: WebhookUrlRules): string {
  if (text.length > maxUrlLength) refuse(`must be at most ${maxUrlLength} characters`);
  if (!URL.canParse(text)) refuse('must be a URL such as https://example.com/events');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('must begin with https:// or http://');
  if (requireHttps && url.protocol !== 'https:') refuse('must begin with https://');
  if (url.username !== '' || url.password !== '') refuse('must not have a user name or a password in it');
  if (url.hash !== '') refuse('must not have a fragment (#…)');
  const address = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!allowPrivate && isIP(address) !== 0 && !isPublicAddress(address)) {
    refuse('must not be a private, local or reserved address');
  }
  return url.href;
}

function refuse(message: string): never {
  throw new ValidationError(`webhookUrl ${message}.`, [{ path: 'webhookUrl', message }]);
}
