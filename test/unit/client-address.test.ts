import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { clientAddress } from "../../lib/http/access/client-address.ts";
import { clientNetwork } from "../../lib/limits/client-network.ts";

const from = (remoteAddress: string | undefined, forwarded?: string | string[]) =>
  ({
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded },
    socket: { remoteAddress },
  }) as unknown as IncomingMessage;

describe("the address of a client", () => {
  it.each([
    ["without proxies", from("192.0.2.1", "198.51.100.7"), 0, "192.0.2.1"],
    ["behind one", from("192.0.2.1", "203.0.113.9, 198.51.100.7"), 1, "198.51.100.7"],
    ["behind two", from("192.0.2.1", "10.0.0.1, 203.0.113.9, 198.51.100.7"), 2, "203.0.113.9"],
    ["behind one that adds a header of its own", from("192.0.2.1", ["203.0.113.9", "198.51.100.7"]), 1, "198.51.100.7"],
    ["behind more than there are", from("192.0.2.1", "198.51.100.7"), 2, "192.0.2.1"],
    ["with a port", from("192.0.2.1", "198.51.100.7:4711"), 1, "198.51.100.7"],
    ["of IPv6 with a port", from("192.0.2.1", "[2001:db8::1]:4711"), 1, "2001:db8::1"],
    ["that is none", from("192.0.2.1", "unknown"), 1, "192.0.2.1"],
    ["of IPv4, given as IPv6", from("::ffff:192.0.2.1"), 0, "192.0.2.1"],
    ["of IPv4, given as IPv6 in hexadecimal", from("192.0.2.1", "::ffff:c633:6407"), 1, "198.51.100.7"],
    ["of IPv4, given as IPv6 with a port", from("192.0.2.1", "[::ffff:c633:6407]:4711"), 1, "198.51.100.7"],
    ["of IPv4, given as IPv6 in full", from("192.0.2.1", "0:0:0:0:0:ffff:198.51.100.7"), 1, "198.51.100.7"],
    ["of a connection that has ended", from(undefined), 0, ""],
  ])("%s", (_name, request, hops, expected) => {
    expect(clientAddress(request, hops)).toBe(expected);
  });
});

describe("the network of an address", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["", ""],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:DB8:0001:0002::6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:db8:0:0:ffff::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ])("%s is %s", (address, expected) => {
    expect(clientNetwork(address)).toBe(expected);
  });
});
