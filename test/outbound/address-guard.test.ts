import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";
import { describe, expect, it } from "vitest";
import { guardedLookup, isPublicAddress, parseTarget } from "../../lib/outbound/address-guard.ts";

/** Each end of each range that is not public; and their neighbours, which are. */
const privateAddresses = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.0.0.0", "192.0.0.255"],
  ["192.0.2.0", "192.0.2.255"],
  ["192.88.99.0", "192.88.99.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["198.51.100.0", "198.51.100.255"],
  ["203.0.113.0", "203.0.113.255"],
  ["224.0.0.0", "255.255.255.255"],
  ["::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  // Inside of them: loopback, addresses that stand for one of IPv4, and those of one link.
  ["::1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8", "::ffff:808:808", "::127.0.0.1", "::8.8.8.8"],
  ["64:ff9b::7f00:1", "64:ff9b:1::1", "fc00::1", "fe80::1", "fe80::1%eth0", "2606:4700::1111%eth0", "::1%lo"],
].flat();

const publicAddresses = [
  ...["1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0"],
  ...["169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.1.255"],
  ...["192.0.3.0", "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0"],
  ...["198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255"],
  ...["2000::", "2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff"],
  ...["2001:db9::", "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ...["3fff:1000::", "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:4860:4860::8888", "2606:4700::1111"],
];

describe("an address", () => {
  it.each(privateAddresses)("%s is not public", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(publicAddresses)("%s is public", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each(["", "example.com", "1.2.3", "2001:zz::"])("%j is none", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

const rules = (allowPrivate: boolean, ports: readonly number[] = [], hosts: readonly string[] = []) => ({
  allowPrivate,
  ports,
  hosts,
});

/** AWS, Google Cloud, Azure, Alibaba and Oracle, and other ways to write them. */
const metadataHosts = [
  ...["169.254.169.254", "169.254.170.2", "169.254.170.23", "168.63.129.16", "100.100.100.200", "192.0.0.192"],
  ...["2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.43518", "①⑥⑨.254.169.254"],
  ...["[fd00:ec2::254]", "[fd00:0ec2:0:0::0254]", "[fd00:ec2::23]", "[fd20:ce::254]"],
  ...["[::ffff:169.254.169.254]", "[::ffff:a9fe:a9fe]", "[::169.254.169.254]", "[64:ff9b::169.254.169.254]"],
  ...["[2002:a9fe:a9fe::1]", "[::ffff:168.63.129.16]", "[64:ff9b::100.100.100.200]"],
  ...["metadata.google.internal", "METADATA.Google.Internal.", "metadata", "metadata.goog"],
  ...["instance-data", "instance-data.ec2.internal", "metadata.tencentyun.com"],
];

describe("the URL of a request", () => {
  it.each(metadataHosts)("to %s, where a cloud keeps secrets, is refused whatever the configuration", (host) => {
    for (const allowPrivate of [false, true])
      for (const url of [`http://${host}/latest/meta-data/`, `https://${host}:8443/`])
        expect(() => parseTarget(url, rules(allowPrivate))).toThrow(
          expect.objectContaining({ name: "RefusedTarget", message: expect.stringMatching(/metadata/) }),
        );
  });

  it.each(["http://169.254.169.253/", "http://[fd00:ec2::253]/", "http://metadata.example/", "http://168.63.129.17/"])(
    "%s is none of them",
    (url) => {
      expect(parseTarget(url, rules(true)).href).toBe(url);
    },
  );

  it("uses one of the ports that are allowed", () => {
    const open = rules(true, [443, 8443]);
    for (const url of ["https://example.com/", "https://example.com:8443/", "http://example.com:443/"])
      expect(parseTarget(url, open).href).toBe(url);
    for (const url of ["http://example.com/", "https://example.com:22/", "https://example.com:80/"])
      expect(() => parseTarget(url, open)).toThrow(
        expect.objectContaining({ name: "RefusedTarget", message: expect.stringMatching(/443, 8443/) }),
      );
  });

  it("leads to a host that is allowed, or into an allowed domain", () => {
    const listed = rules(false, [], ["images.example", "*.cdn.example"]);
    for (const url of ["https://images.example/", "https://IMAGES.example./", "http://a.b.cdn.example:8080/"])
      expect(parseTarget(url, listed)).toBeInstanceOf(URL);
    for (const host of ["other.example", "a.images.example", "cdn.example", "xcdn.example", "images.example.evil.test"])
      expect(() => parseTarget(`https://${host}/`, listed)).toThrow(/a host that the service allows/);
    for (const host of ["8.8.8.8", "[2606:4700::1111]"])
      expect(() => parseTarget(`https://${host}/`, listed)).toThrow(/a host that the service allows/);
  });

  it.each([
    "https://example.com/hooks?job=1",
    "http://example.com:8080/",
    "https://8.8.8.8/",
    "https://[2606:4700::1111]/",
    "https://localhost.example.com/",
    "https://notlocalhost/",
    `https://example.com/${"x".repeat(2028)}`,
  ])("%s may be called", (url) => {
    expect(parseTarget(url, rules(false)).href).toBe(url);
  });

  it.each([
    ["", /absolute/],
    ["/hooks", /absolute/],
    ["example.com/hooks", /absolute/],
    ["http://", /absolute/],
    ["http://[::1", /absolute/],
    ["ftp://example.com/", /http or https/],
    ["file:///etc/passwd", /http or https/],
    ["javascript:alert(1)", /http or https/],
    ["https://example.com:0/", /port 0/],
    ["https://*.example.com/", /single host/],
    ["https://user@example.com/", /credentials/],
    ["https://:password@example.com/", /credentials/],
    [`https://example.com/${"x".repeat(2029)}`, /2048/],
  ])("%s is refused whatever the configuration", (url, reason) => {
    for (const allowPrivate of [false, true])
      expect(() => parseTarget(url, rules(allowPrivate))).toThrow(
        expect.objectContaining({ name: "RefusedTarget", message: expect.stringMatching(reason) }),
      );
  });

  it.each([
    "http://localhost/",
    "http://LOCALHOST:3000/",
    "http://localhost./",
    "http://api.localhost/",
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://①②⑦.0.0.1/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://10.1.2.3:8080/",
  ])("%s is refused unless private addresses are allowed", (url) => {
    expect(() => parseTarget(url, rules(false))).toThrow(
      expect.objectContaining({ name: "RefusedTarget", message: expect.stringMatching(/public/) }),
    );
    expect(parseTarget(url, rules(true))).toBeInstanceOf(URL);
  });
});

describe("a guarded look-up", () => {
  const resolveTo =
    (...addresses: string[]): LookupFunction =>
    (_host, { all }, callback) => {
      const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
      if (all) callback(null, found);
      else callback(null, found[0]?.address ?? "", found[0]?.family);
    };
  const lookUp = (resolve: LookupFunction, all: boolean, allowPrivate = false) =>
    new Promise<string | LookupAddress[]>((done, fail) => {
      guardedLookup(allowPrivate, resolve)("example.com", { all }, (error, found) =>
        error ? fail(error) : done(found),
      );
    });

  it("answers with the public addresses only", async () => {
    const mixed = resolveTo("127.0.0.1", "1.1.1.1", "::1", "2606:4700::1111");
    expect(await lookUp(mixed, false)).toBe("1.1.1.1");
    expect(await lookUp(mixed, true)).toEqual([
      { address: "1.1.1.1", family: 4 },
      { address: "2606:4700::1111", family: 6 },
    ]);
  });

  it("fails if there are none", async () => {
    for (const resolve of [resolveTo("10.0.0.1", "::1"), resolveTo()])
      for (const all of [false, true])
        await expect(lookUp(resolve, all)).rejects.toMatchObject({ code: "FORBIDDEN_ADDRESS" });
  });

  it("never answers with where a cloud keeps secrets", async () => {
    const secret = ["169.254.169.254", "168.63.129.16", "fd00:ec2::254", "::ffff:169.254.169.254", "100.100.100.200"];
    for (const allowPrivate of [false, true])
      for (const all of [false, true])
        for (const address of secret)
          await expect(lookUp(resolveTo(address), all, allowPrivate)).rejects.toMatchObject({
            code: "FORBIDDEN_ADDRESS",
          });
    expect(await lookUp(resolveTo(...secret, "10.0.0.1"), false, true)).toBe("10.0.0.1");
  });

  it("hands on the resolver's error", async () => {
    const error = Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
    await expect(lookUp((_host, _options, callback) => callback(error, []), true)).rejects.toBe(error);
  });

  it("lets all addresses pass where private ones are allowed", async () => {
    expect(await lookUp(resolveTo("10.0.0.1"), true, true)).toEqual([{ address: "10.0.0.1", family: 4 }]);
    expect(await lookUp(resolveTo("fe80::1%eth0"), false, true)).toBe("fe80::1%eth0");
  });
});
