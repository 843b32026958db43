/** Network addresses that count as one client. */
import { isIPv6 } from "node:net";
import { ipv6Groups } from "../ipv6.ts";

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Returns an IPv4-mapped IPv6 address as the IPv4 address, and any other address unchanged. */
export function unmapped(address: string): string {
  return MAPPED.exec(address)?.[1] ?? address;
}

/** The addresses that count as one client: an IPv4 address, or the 2^64 addresses of an IPv6 network. */
export function clientNetwork(address: string): string {
  const own = unmapped(address);
  if (!isIPv6(own)) return own;
  const [plain = ""] = own.split("%");
  const network = ipv6Groups(plain).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(":")}::/64`;
}
