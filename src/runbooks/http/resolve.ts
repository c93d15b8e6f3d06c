import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { holdsAddress, parseAddresses } from '../../domain/addresses.ts';

/** All addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** As every other program of this machine resolves it. */
export const systemResolve: Resolve = async (name) => (await lookup(name, { all: true })).map(({ address }) => address);

/**
 * What answers there is this machine, its link, or its cloud's metadata service: no name of another machine leads there by
 * right. Networks that are private stay allowed: the admin wrote the name.
 */
const NEVER_NAMED = parseAddresses(
  [
    ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
    ...['::/96', 'fe80::/10', 'ff00::/8'], // ::1 and :: are in the first
    ...['2002:0000::/24', '2002:7f00::/24', '2002:a9fe::/32'], // the same in 6to4
    ...['64:ff9b::/104', '64:ff9b::7f00:0/104', '64:ff9b::a9fe:0/112'], // and in NAT64
    ...['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'], // metadata of Alibaba, Azure, Oracle, AWS, Google
  ].join(),
).ranges;

const MEANS_THIS_MACHINE = /^(?:.*\.)?localhost\.?$/i;

/** A name led where no name leads by right. */
export class LedAstray extends Error {
  override readonly name = 'LedAstray';
  readonly code = 'led_astray';
  constructor(name: string, address: string) {
    super(
      `${name} leads to ${address}, which only this machine or its cloud answers; write the address if you mean it`,
    );
  }
}

/** Resolves for one connection, which then goes to an address that was looked at here. An address that the admin wrote is never asked for. */
export function checkedLookup(resolve: Resolve): LookupFunction {
  const find = async (name: string) => {
    const addresses = await resolve(name);
    const wrong = MEANS_THIS_MACHINE.test(name)
      ? undefined
      : addresses.find((address) => holdsAddress(NEVER_NAMED, address));
    if (wrong !== undefined) throw new LedAstray(name, wrong);
    if (addresses.length === 0) throw Object.assign(new Error(`${name} has no address`), { code: 'ENOTFOUND' });
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return (name, options, callback) => {
    find(name).then(
      (found) => {
        const [first] = found as [(typeof found)[number]];
        if (options.all) callback(null, found);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
