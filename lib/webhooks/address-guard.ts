/**
 * Restricts the targets of webhooks. Clients choose the `callbackUrl`, so without this guard they could make the
 * service send requests into its own network (server-side request forgery).
 *
 * Checked twice: the URL when a job is created, and the connected address at every attempt, since a name may resolve
 * differently by then (DNS rebinding).
 */
import dns from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { failure } from "../errors.ts";

const MAX_URL_LENGTH = 2048;

/**
 * Non-public ranges of IPv4 and of 2000::/3, the only public part of IPv6. From IANA's registries of special-purpose
 * and multicast addresses.
 */
const special = new BlockList();
for (const subnet of [
  "0.0.0.0/8", // this host
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carrier-grade NAT
  "127.0.0.0/8", // loopback
  "169.254.0.0/16", // link-local, cloud metadata services
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved and broadcast
  "2001::/23", // protocol assignments, including Teredo, which embeds IPv4 addresses
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4, which embeds IPv4 addresses
  "3fff::/20", // documentation
] as const) {
  const [net, prefix] = subnet.split("/") as [string, string];
  special.addSubnet(net, Number(prefix), isIP(net) === 4 ? "ipv4" : "ipv6");
}
const globalIPv6 = new BlockList();
globalIPv6.addSubnet("2000::", 3, "ipv6");

/** Whether an IPv4 or IPv6 address is globally reachable. IPv4 mapped or translated into IPv6 never is. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4");
    case 6:
      // Only link-scoped addresses have a zone, as in fe80::1%eth0, and BlockList cannot parse it.
      return !address.includes("%") && globalIPv6.check(address, "ipv6") && !special.check(address, "ipv6");
    default:
      return false;
  }
}

/**
 * Parses a `callbackUrl`. `URL` normalizes unusual spellings of IPv4 addresses, such as `0x7f.1`.
 * @throws INVALID_CALLBACK_URL
 */
export function parseCallbackUrl(text: string, allowPrivate: boolean): URL {
  const refuse = (detail: string) => failure("INVALID_CALLBACK_URL", detail);
  if (text.length > MAX_URL_LENGTH) throw refuse(`callbackUrl is longer than ${MAX_URL_LENGTH} characters.`);
  const url = URL.parse(text);
  if (!url) throw refuse("callbackUrl is not an absolute URL.");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw refuse("callbackUrl must be an http or https URL.");
  if (url.username || url.password) throw refuse("callbackUrl must not contain credentials.");
  if (!allowPrivate && !mayBePublic(hostOf(url))) throw refuse("callbackUrl must lead to a public address.");
  return url;
}

/** The host in the form that sockets expect: an IPv6 address without brackets. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/** Names are allowed until they are resolved, except those of this host (RFC 6761). */
function mayBePublic(host: string): boolean {
  if (isIP(host)) return isPublicAddress(host);
  return !/(^|\.)localhost\.?$/.test(host);
}

/** Error of a guarded look-up that finds no public address. */
class ForbiddenAddressError extends Error {
  readonly code = "FORBIDDEN_ADDRESS";
  constructor(host: string) {
    super(`${host} does not lead to a public address`);
    this.name = "ForbiddenAddressError";
  }
}

/**
 * Look-up for a socket, which connects only to the addresses it returns. Drops addresses that are not public and fails
 * if none is left. Sockets do not look up literal addresses; `parseCallbackUrl` checks those.
 */
export function guardedLookup(allowPrivate: boolean, resolve: LookupFunction = dns.lookup): LookupFunction {
  if (allowPrivate) return resolve;
  return (host, options, callback) =>
    resolve(host, { ...options, all: true }, (error, found) => {
      const all = Array.isArray(found) ? found : [];
      const allowed = all.filter(({ address }) => isPublicAddress(address));
      const [first] = allowed;
      if (error) callback(error, "");
      else if (!first) callback(new ForbiddenAddressError(host), "");
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
}
