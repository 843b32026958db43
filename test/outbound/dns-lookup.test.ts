import { createSocket, type Socket } from "node:dgram";
import dns, { type LookupAddress } from "node:dns";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import type { AddressInfo, LookupFunction } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { guardedLookup } from "../../lib/outbound/address-guard.ts";
import { dnsLookup } from "../../lib/outbound/dns-lookup.ts";

const TYPE_A = 1;
const ADDRESSES = {
  A: Buffer.from([1, 1, 1, 1]),
  AAAA: Buffer.from("26064700000000000000000000001111", "hex"),
};
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;

/** What the name server does with a question: addresses, none, a response code, or nothing. */
type Reply = readonly Buffer[] | number | undefined;

/** The first label of the name and the type of a question. */
function questionOf(message: Buffer) {
  const label = message.toString("latin1", 13, 13 + message.readUInt8(12));
  let end = 12;
  while (message.readUInt8(end) > 0) end += 1 + message.readUInt8(end);
  const type = message.readUInt16BE(end + 1) === TYPE_A ? ("A" as const) : ("AAAA" as const);
  return { label, type, bytes: message.subarray(12, end + 5) };
}

function answerTo(message: Buffer, reply: readonly Buffer[] | number): Buffer {
  const { bytes } = questionOf(message);
  const addresses = typeof reply === "number" ? [] : reply;
  const head = Buffer.alloc(12);
  message.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 + (typeof reply === "number" ? reply : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(addresses.length, 6);
  const records = addresses.flatMap((address) => {
    // The name of the question, its type and class, a time to live of a minute, and the length.
    const record = Buffer.from([0xc0, 12, 0, 0, 0, 1, 0, 0, 0, 60, 0, address.length]);
    record.set(bytes.subarray(-4, -2), 2);
    return [record, address];
  });
  return Buffer.concat([head, bytes, ...records]);
}

describe("a look-up of a name", () => {
  let server: Socket;
  let replies: Record<string, { readonly A: Reply; readonly AAAA: Reply }>;
  beforeEach(async () => {
    replies = {};
    server = createSocket("udp4", (message, { port, address }) => {
      const { label, type } = questionOf(message);
      const reply = replies[label]?.[type];
      if (reply !== undefined) server.send(answerTo(message, reply), port, address);
    });
    server.bind(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(() => server.close());

  const newResolver = (timeout = 100) => {
    const resolver = new Resolver({ timeout, tries: 1 });
    resolver.setServers([`127.0.0.1:${(server.address() as AddressInfo).port}`]);
    return resolver;
  };
  const found = (lookup: LookupFunction, host: string) =>
    new Promise<string | LookupAddress[]>((done, fail) => {
      lookup(host, { all: true }, (error, addresses) => (error ? fail(error) : done(addresses)));
    });
  const lookUp = (host: string) =>
    found(
      dnsLookup(() => newResolver()),
      host,
    );

  it("answers with the addresses of both families", async () => {
    replies.both = { A: [ADDRESSES.A, Buffer.from([1, 0, 0, 1])], AAAA: [ADDRESSES.AAAA] };
    expect(await lookUp("both.example")).toEqual([
      { address: "1.1.1.1", family: 4 },
      { address: "1.0.0.1", family: 4 },
      { address: "2606:4700::1111", family: 6 },
    ]);
  });

  it.each([
    ["has none", []],
    ["is not answered", undefined],
    ["fails", SERVER_FAILURE],
  ])("answers with those of one family if the other %s", async (_what, reply) => {
    replies.old = { A: [ADDRESSES.A], AAAA: reply };
    replies.new = { A: reply, AAAA: [ADDRESSES.AAAA] };
    expect(await lookUp("old.example")).toEqual([{ address: "1.1.1.1", family: 4 }]);
    expect(await lookUp("new.example")).toEqual([{ address: "2606:4700::1111", family: 6 }]);
  });

  it("waits two seconds at most for the other family once there are addresses of one", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      replies.old = { A: [ADDRESSES.A], AAAA: undefined };
      const addresses = found(
        dnsLookup(() => newResolver(1_000_000)),
        "old.example",
      );
      await expect.poll(() => vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(2_000);
      expect(await addresses).toEqual([{ address: "1.1.1.1", family: 4 }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("fails in the same way for a name without addresses and for one that does not exist", async () => {
    replies.bare = { A: [], AAAA: [] };
    replies.absent = { A: NO_SUCH_NAME, AAAA: NO_SUCH_NAME };
    // The last one is too long for a name server to be asked.
    for (const name of ["bare.example", "absent.example", `${"x".repeat(64)}.example`])
      await expect(lookUp(name)).rejects.toMatchObject({ code: "ENOTFOUND", message: `${name} has no address` });
  });

  it("fails in another way if the name servers fail", async () => {
    replies.broken = { A: SERVER_FAILURE, AAAA: [] };
    await expect(lookUp("broken.example")).rejects.toMatchObject({ code: "ESERVFAIL" });
    await expect(lookUp("silent.example")).rejects.toMatchObject({ code: "ETIMEOUT" });
  });

  it("takes no thread of the system's resolver, unless private addresses are allowed", async () => {
    const bySystem = vi.spyOn(dns, "lookup");
    // This is no name, so nobody is asked.
    await expect(found(guardedLookup(false), "a..example")).rejects.toMatchObject({ code: "ENOTFOUND" });
    expect(bySystem).not.toHaveBeenCalled();
    expect(await found(guardedLookup(true), "localhost")).toContainEqual({ address: "127.0.0.1", family: 4 });
    expect(bySystem).toHaveBeenCalledOnce();
    bySystem.mockRestore();
  });
});
