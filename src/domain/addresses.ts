import { isIP } from 'node:net';
import ipaddr, { type IPv4, type IPv6 } from 'ipaddr.js';

/** One address or CIDR range, as an admin lists it. `::ffff:` forms are kept as the IPv4 that they are. */
export interface AddressRange {
  readonly text: string; // as it was written
  readonly address: IPv4 | IPv6;
  readonly bits: number;
}

/** What was read from a list. Only one without problems may be used. */
export interface AddressList {
  readonly ranges: readonly AddressRange[];
  readonly problems: readonly { readonly message: string; readonly cure: string; readonly column: number }[]; // from 1
}

const FORMS = 'write addresses and ranges such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32';
const PROXIES = 'list the addresses or ranges of your proxies';

/** Reads `10.0.0.0/8, 2001:db8::1`: addresses and CIDR ranges of both families, separated by commas. */
export function parseAddresses(text: string): AddressList {
  return parseEach(text, () => undefined, FORMS);
}

/**
 * The proxies whose `X-Forwarded-For` and `-Proto` are believed. `true` would believe every caller, and a number of hops
 * believes whoever reaches the port directly: both let anybody pass the list of allowed addresses.
 */
export function parseTrustProxy(text: string): AddressList {
  return parseEach(text, refusedAsProxy, PROXIES);
}

/** Whether one of the ranges holds this address; an IPv4 address and its `::ffff:` form are one. What is no address is in none. */
export function holdsAddress(ranges: readonly AddressRange[], address: string | undefined): boolean {
  if (ranges.length === 0 || address === undefined || isIP(address) === 0) return false;
  const plain = ipaddr.process(address);
  return ranges.some((range) => plain.kind() === range.address.kind() && plain.match(range.address, range.bits));
}

const LOOPBACK = parseAddresses('127.0.0.0/8, ::1').ranges;

/** Whether only this machine reaches that host: for `HOST`, for the host of a URL (`[::1]`), and for who is calling. */
export function isLoopback(host: string | undefined): boolean {
  return host === 'localhost' || holdsAddress(LOOPBACK, host?.replace(/^\[(.*)\]$/, '$1'));
}

function parseEach(text: string, refused: (item: string) => string | undefined, cure: string): AddressList {
  const items = [...text.matchAll(/[^,\s](?:[^,]*[^,\s])?/g)].map((found) => ({
    text: found[0],
    column: found.index + 1,
  }));
  if (items.length === 0) return { ranges: [], problems: [{ message: 'names no address', cure, column: 1 }] };
  const read = items.map((item) => ({ ...item, answer: refused(item.text) ?? parseRange(item.text) }));
  return {
    ranges: read.flatMap(({ answer }) => (typeof answer === 'string' ? [] : answer)),
    problems: read.flatMap(({ text, column, answer }) =>
      typeof answer === 'string' ? { message: `"${text}" ${answer}`, cure, column } : [],
    ),
  };
}

function refusedAsProxy(item: string): string | undefined {
  if (/^(?:true|yes|all|\*)$/i.test(item)) return 'would leave it to every caller to say who it is';
  if (/^\d+$/.test(item)) return 'is a number of hops, which cannot tell a proxy from a caller';
  return /\/0+$/.test(item) ? 'would believe everybody' : undefined;
}

/** The range, or what is wrong with it. */
function parseRange(item: string): AddressRange | string {
  const [host = '', written, ...rest] = item.split('/');
  // isIP is strict where ipaddr.js also reads 127.1 and octal numbers; a zone (%eth0) means something on one machine only.
  if (isIP(host) === 0 || host.includes('%') || rest.length > 0) return 'is no address or range';
  const address = ipaddr.parse(host);
  const most = address.kind() === 'ipv4' ? 32 : 128;
  const bits = written === undefined ? most : /^\d{1,3}$/.test(written) ? Number(written) : Number.NaN;
  if (!(bits <= most)) return `needs a number from 0 to ${most} after the slash`;
  const plain = ipaddr.process(host);
  if (plain.kind() === address.kind()) return { text: item, address, bits };
  return bits < 96
    ? 'reaches beyond the IPv4 addresses that ::ffff: stands for'
    : { text: item, address: plain, bits: bits - 96 };
}
