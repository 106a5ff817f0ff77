import ipaddr from 'ipaddr.js';

/**
 * True for an address that is somebody's on the internet. Everything else is refused: private, loopback,
 * link-local (cloud metadata), unique-local, carrier-grade NAT, multicast, unspecified, reserved; and what
 * carries an IPv4 address inside, since a gateway on the way may connect to that one.
 *
 * @param address as numbers, IPv4 or IPv6; a zone makes it link-local
 */
export function isPublicAddress(address: string): boolean {
  // Only the four-part decimal form: older forms mean different addresses to different readers.
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return isPublicIpv4(ipaddr.IPv4.parse(address));
  if (!ipaddr.IPv6.isValid(address)) return false;
  const parsed = ipaddr.IPv6.parse(address);
  if (parsed.zoneId !== undefined) return false;
  // `::a.b.c.d` (RFC 4291, deprecated) is called unicast by the library, and so is what nobody has assigned yet.
  const isGlobal = parsed.match(globalUnicast, 3);
  return isGlobal && parsed.range() === 'unicast';
}

/** 2000::/3, out of which IANA gives addresses. */
const globalUnicast = ipaddr.IPv6.parse('2000::');

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === 'unicast';
}
