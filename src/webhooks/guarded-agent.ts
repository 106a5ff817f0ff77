import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { isPublicAddress } from './public-address.ts';

/** A connection that was not made because of where it would have gone. */
export class ForbiddenAddressError extends Error {
  constructor() {
    super('The address is private, local or reserved.');
    this.name = 'ForbiddenAddressError';
  }
}

export interface GuardedAgentOptions {
  /** Whether private and local addresses may be connected to. */
  allowPrivate: boolean;
  /** Where names are resolved. Default: as the operating system does it. */
  lookup?: LookupFunction;
}

const connectTimeoutMs = 10_000;

/**
 * Connects only to addresses that were checked. A name is resolved once, and the connection goes to the
 * address that came out and was checked, so that a name that answers differently the next time (DNS
 * rebinding) gains nothing. Follows no redirects by itself.
 */
export function createGuardedAgent({ allowPrivate, lookup = systemLookup }: GuardedAgentOptions): Agent {
  if (allowPrivate) return new Agent({ connect: { lookup, timeout: connectTimeoutMs } });
  const connect = buildConnector({ lookup: guardLookup(lookup), timeout: connectTimeoutMs });
  return new Agent({
    connect(options, callback) {
      // An address needs no look-up, so the guard there would not see it.
      if (isIP(options.hostname) !== 0 && !isPublicAddress(options.hostname)) {
        callback(new ForbiddenAddressError(), null);
        return;
      }
      connect(options, callback);
    },
  });
}

/** All addresses of a name must be public: one that is not says that the name is not what it seems. */
function guardLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      if (error !== null) {
        callback(error, found, family);
        return;
      }
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      const isAllowed = addresses.length > 0 && addresses.every(isPublicAddress);
      if (isAllowed) callback(null, found, family);
      else callback(new ForbiddenAddressError(), typeof found === 'string' ? '' : []);
    });
  };
}
