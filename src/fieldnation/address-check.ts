import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** A host name led somewhere the platform cannot be. Nothing was sent. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ERR_ADDRESS_REFUSED';
}

/** IANA special-purpose registries: none of them is reachable as a public server, and several are somebody's inside. */
const INSIDE = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INSIDE.addSubnet(net, prefix, 'ipv4');

/** What public addresses of version 6 look like, and what within that is none: tunnels, documentation, benchmarks. */
const GLOBAL_6 = new BlockList();
GLOBAL_6.addSubnet('2000::', 3, 'ipv6');
const INSIDE_6 = new BlockList();
for (const [net, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  INSIDE_6.addSubnet(net, prefix, 'ipv6');

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** True for addresses of the public internet. An address of version 4 inside one of version 6 is none. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !INSIDE.check(address, 'ipv4');
    case 6:
      return GLOBAL_6.check(address, 'ipv6') && !INSIDE_6.check(address, 'ipv6');
    default:
      return false;
  }
}

export function isLoopbackAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && LOOPBACK.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

type Resolve = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, found: readonly LookupAddress[]) => void,
) => void;

/**
 * Name resolution that looks at what it found before anything connects there: `localhost` must stay on this machine, and
 * every other name must lead out to the internet, so that a changed name cannot hand the token to something inside.
 */
export function checkedLookup(resolve: Resolve = resolveAll): LookupFunction {
  return (host, options, done) => {
    resolve(host, (error, found) => {
      if (error !== null) {
        done(error, '');
        return;
      }
      const isAllowed = host === 'localhost' ? isLoopbackAddress : isPublicAddress;
      const refused = found.find(({ address }) => !isAllowed(address));
      const [first] = found;
      if (refused !== undefined || first === undefined)
        done(
          new AddressRefused(`${host} leads to ${refused?.address ?? 'no address'}, where the platform cannot be`),
          '',
        );
      else if (options.all === true) done(null, [...found]);
      else done(null, first.address, first.family);
    });
  };
}

function resolveAll(host: string, done: Parameters<Resolve>[1]): void {
  lookup(host, { all: true }, done);
}
