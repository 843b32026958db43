/** The network address of a client. */
import type { IncomingMessage } from "node:http";
import { isIPv6, SocketAddress } from "node:net";
import { ipv6Groups } from "../../ipv6.ts";

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * An IPv6 address that stands for one of IPv4 is given as the latter.
 * @param proxyHops Number of trusted proxies that append to `X-Forwarded-For`.
 */
export function clientAddress({ headers, socket }: IncomingMessage, proxyHops: number): string {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const named = proxyHops > 0 ? forwarded.at(-proxyHops)?.trim() : undefined;
  const address = (named && withoutPort(named)) || (socket.remoteAddress ?? "");
  return MAPPED.exec(address)?.[1] ?? address;
}

/** The addresses that count as one client: an IPv4 address, or the 2^64 addresses of an IPv6 network. */
export function clientNetwork(address: string): string {
  if (!isIPv6(address)) return address;
  const [plain = ""] = address.split("%");
  const network = ipv6Groups(plain).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(":")}::/64`;
}

/** Some proxies add a port, and brackets around IPv6. In its canonical form; undefined for what is no address. */
function withoutPort(text: string): string | undefined {
  if (isIPv6(text)) return new SocketAddress({ address: text, family: "ipv6" }).address;
  return SocketAddress.parse(text)?.address;
}
