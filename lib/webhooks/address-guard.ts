/**
 * Where a webhook may lead. A `callbackUrl` is the client's choice, so without a guard it would have the service send
 * requests into its own network (server-side request forgery).
 *
 * Checked twice: the URL when a job is created, and at every attempt the address that is connected to, since a name
 * may lead elsewhere by then (DNS rebinding).
 */
import dns from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { failure } from "../errors.ts";

const MAX_URL_LENGTH = 2048;

/**
 * What is not public of IPv4 and of IPv6's 2000::/3, the only part of IPv6 that is. From IANA's registries of
 * special-purpose addresses, and of multicast.
 */
const special = new BlockList();
for (const subnet of [
  "0.0.0.0/8", // this host
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carrier-grade NAT
  "127.0.0.0/8", // loopback
  "169.254.0.0/16", // link-local, and the metadata services of clouds
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocol assignments
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarks
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/4", // multicast
  "240.0.0.0/4", // reserved, and broadcast
  "2001::/23", // protocol assignments, Teredo among them, which carries IPv4 addresses
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4, which carries IPv4 addresses
  "3fff::/20", // documentation
] as const) {
  const [net, prefix] = subnet.split("/") as [string, string];
  special.addSubnet(net, Number(prefix), isIP(net) === 4 ? "ipv4" : "ipv6");
}
const globalIPv6 = new BlockList();
globalIPv6.addSubnet("2000::", 3, "ipv6");

/** Whether an IPv4 or IPv6 address is reachable from everywhere. Mapped and translated IPv4 in IPv6 never is. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4");
    case 6:
      // A zone, as in fe80::1%eth0, only comes with addresses of one link, and BlockList does not read it.
      return !address.includes("%") && globalIPv6.check(address, "ipv6") && !special.check(address, "ipv6");
    default:
      return false;
  }
}

/**
 * Parses a `callbackUrl`. Numbers in their odd spellings, such as `0x7f.1`, are known for the addresses they are, since
 * `URL` writes them out.
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

/** The host as sockets want it: an IPv6 address without its brackets. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

/** A name is given the benefit of the doubt until it is looked up, except for those that mean this host (RFC 6761). */
function mayBePublic(host: string): boolean {
  if (isIP(host)) return isPublicAddress(host);
  return !/(^|\.)localhost\.?$/.test(host);
}

/** Thrown by a guarded look-up in the place of an address. */
class ForbiddenAddressError extends Error {
  readonly code = "FORBIDDEN_ADDRESS";
  constructor(host: string) {
    super(`${host} does not lead to a public address`);
    this.name = "ForbiddenAddressError";
  }
}

/**
 * The look-up for a socket, which connects to what it answers and nothing else. Addresses that are not public are left
 * out; if no others are left, it fails. Sockets do not look up literal addresses: `parseCallbackUrl` has those.
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
