/** The network address of a client. */
import type { IncomingMessage } from "node:http";
import { isIPv6, SocketAddress } from "node:net";
import { unmapped } from "../../limits/client-network.ts";

/**
 * The client's address. An IPv6 address that stands for an IPv4 address is given as the latter.
 * @param proxyHops Number of trusted proxies that append to `X-Forwarded-For`.
 */
export function clientAddress({ headers, socket }: IncomingMessage, proxyHops: number): string {
  const forwarded = [headers["x-forwarded-for"] ?? []].flat().join(",").split(",");
  const named = proxyHops > 0 ? forwarded.at(-proxyHops)?.trim() : undefined;
  return unmapped((named && withoutPort(named)) || (socket.remoteAddress ?? ""));
}

/**
 * An address in its canonical form, without the port, and the brackets around IPv6, that some proxies add. Undefined if
 * the text is no address.
 */
function withoutPort(text: string): string | undefined {
  if (isIPv6(text)) return new SocketAddress({ address: text, family: "ipv6" }).address;
  return SocketAddress.parse(text)?.address;
}
