/**
 * Restricts where the service sends requests: webhooks, and images that are named by URL. Clients choose these URLs, so
 * without this guard they could make the service send requests into its own network (server-side request forgery).
 *
 * Checked twice: the URL, and the connected address, since a name may resolve differently each time (DNS rebinding).
 */
import dns from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { ipv6Groups } from "../ipv6.ts";
import { dnsLookup } from "./dns-lookup.ts";

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

/**
 * Addresses at which clouds give a machine its credentials. They are refused even if private addresses are allowed.
 * Some are public, or private but not in anybody's network.
 */
const metadata = new BlockList();
for (const address of [
  "169.254.169.254", // AWS, Google Cloud, Azure, Oracle, DigitalOcean, OpenStack
  "169.254.170.2", // AWS: credentials of containers
  "169.254.170.23", // AWS: credentials of pods
  "168.63.129.16", // Azure: the host of a virtual machine
  "100.100.100.200", // Alibaba Cloud
  "192.0.0.192", // Oracle Cloud
  "fd00:ec2::254", // AWS
  "fd00:ec2::23", // AWS: credentials of pods
  "fd20:ce::254", // Google Cloud
] as const)
  metadata.addAddress(address, isIP(address) === 4 ? "ipv4" : "ipv6");
/** Names of these services. They are refused by their addresses too. */
const METADATA_NAMES =
  /^(metadata|metadata\.google\.internal|metadata\.goog|instance-data|instance-data\.ec2\.internal|metadata\.tencentyun\.com)\.?$/;

/**
 * Whether a cloud provides secrets at the address, including IPv4 addresses that are mapped or translated into IPv6.
 */
function isMetadataAddress(address: string): boolean {
  const plain = address.replace(/%.*$/, "");
  switch (isIP(plain)) {
    case 4:
      return metadata.check(plain, "ipv4");
    case 6:
      return metadata.check(plain, "ipv6") || metadata.check(embeddedIPv4(plain), "ipv4");
    default:
      return false;
  }
}

/**
 * The IPv4 address in the last 32 bits of an IPv6 address, or in those after the prefix of 6to4 (RFC 3056), as text.
 * For most addresses it is meaningless; it is only compared with a few.
 */
function embeddedIPv4(address: string): string {
  const groups = ipv6Groups(address);
  const [high = 0, low = 0] = groups[0] === 0x2002 ? groups.slice(1, 3) : groups.slice(6, 8);
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** Whether an IPv4 or IPv6 address is globally reachable. IPv4 mapped or translated into IPv6 never is. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !special.check(address, "ipv4") && !isMetadataAddress(address);
    case 6:
      // Only link-scoped addresses have a zone, as in fe80::1%eth0, and BlockList cannot parse it.
      return !address.includes("%") && globalIPv6.check(address, "ipv6") && !special.check(address, "ipv6");
    default:
      return false;
  }
}

/** Rules for the targets of requests. */
export interface TargetRules {
  readonly allowPrivate: boolean;
  /** Allowed ports; empty allows all. */
  readonly ports: readonly number[];
  /** Names of allowed hosts, or `*.` and the name of a domain for all hosts in it. Empty or absent allows all. */
  readonly hosts?: readonly string[];
}

/** Why a URL is refused, as the end of a sentence about it. */
export class RefusedTarget extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "RefusedTarget";
  }
}

/**
 * Parses the URL of a request. `URL` normalizes unusual spellings of IPv4 addresses, such as `0x7f.1`.
 * @throws RefusedTarget
 */
export function parseTarget(text: string, { allowPrivate, ports, hosts = [] }: TargetRules): URL {
  if (text.length > MAX_URL_LENGTH) throw new RefusedTarget(`is longer than ${MAX_URL_LENGTH} characters.`);
  const url = URL.parse(text);
  if (!url) throw new RefusedTarget("is not an absolute URL.");
  if (url.protocol !== "https:" && url.protocol !== "http:") throw new RefusedTarget("must be an http or https URL.");
  if (url.username || url.password) throw new RefusedTarget("must not contain credentials.");
  const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
  if (port === 0) throw new RefusedTarget("must not use port 0.");
  if (ports.length > 0 && !ports.includes(port))
    throw new RefusedTarget(`must use one of the ports ${ports.join(", ")}.`);
  const host = hostOf(url);
  if (host.includes("*")) throw new RefusedTarget("must name a single host, without *.");
  if (isMetadataAddress(host) || METADATA_NAMES.test(host))
    throw new RefusedTarget("must not lead to the metadata service of a cloud.");
  if (!allowPrivate && !mayBePublic(host)) throw new RefusedTarget("must lead to a public address.");
  if (hosts.length > 0 && !hosts.some((pattern) => isHostOf(host, pattern)))
    throw new RefusedTarget("must lead to a host that the service allows.");
  return url;
}

function isHostOf(host: string, pattern: string): boolean {
  const name = host.replace(/\.$/, "");
  return pattern.startsWith("*.") ? name.endsWith(pattern.slice(1)) : name === pattern;
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

/** Error of a guarded look-up that finds no allowed address. */
class ForbiddenAddressError extends Error {
  readonly code = "FORBIDDEN_ADDRESS";
  constructor(host: string) {
    super(`${host} does not lead to an address that requests may go to`);
    this.name = "ForbiddenAddressError";
  }
}

/**
 * Look-up for a socket, which connects only to the addresses it returns. Drops addresses of clouds' metadata services
 * and, unless they are allowed, addresses that are not public. Fails if none is left. Sockets do not look up literal
 * addresses; `parseTarget` checks those.
 * @param resolve By default the name servers are asked. Where private addresses are allowed, it is the system's resolver,
 *   since private names may be in the hosts file or need its search domains.
 */
export function guardedLookup(
  allowPrivate: boolean,
  resolve: LookupFunction = allowPrivate ? dns.lookup : dnsLookup(),
): LookupFunction {
  const isAllowed = (address: string) => (allowPrivate ? !isMetadataAddress(address) : isPublicAddress(address));
  return (host, options, callback) =>
    resolve(host, { ...options, all: true }, (error, found) => {
      const all = Array.isArray(found) ? found : [];
      const allowed = all.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (error) callback(error, "");
      else if (!first) callback(new ForbiddenAddressError(host), "");
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
}
