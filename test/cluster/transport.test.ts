import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Context, ServiceBroker, type ServiceSchema } from "moleculer";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { config } from "../../lib/config.ts";
import { failure } from "../../lib/errors.ts";
import { clusterOptions } from "../../lib/transport/broker-options.ts";
import { asFailure } from "../../lib/transport/failures.ts";
import brokerOptions from "../../moleculer.config.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { suspend } from "../support/suspend.ts";

let nats: NatsServer;
const brokers: ServiceBroker[] = [];

function node(nodeID: string, ...services: ServiceSchema[]): ServiceBroker {
  const options = { ...brokerOptions, ...clusterOptions({ ...config, natsUrl: nats.url }) };
  const broker = new ServiceBroker({ ...options, nodeID, logger: false, skipProcessEventRegistration: true });
  for (const service of services) broker.createService(service);
  brokers.push(broker);
  return broker;
}

interface Connected {
  /** Calls of other nodes, for whose ends a stop waits. */
  _trackedContexts: readonly unknown[];
  transit: {
    tx: {
      client: Record<"close" | "drain" | "flush" | "reconnect", () => Promise<void>> & {
        stats(): { readonly outBytes: number };
        readonly protocol: { readonly transport: { readonly socket: Socket } };
      };
    };
    discoverer: {
      readonly opts: { heartbeatTimeout: number };
      remoteNodeDisconnected(nodeID: string, isUnexpected: boolean): void;
    };
  };
}

const waiting: (() => void)[] = [];
const echo: ServiceSchema = {
  name: "echo",
  actions: {
    params: ({ params }: Context) => params,
    context: ({ meta, requestID, options: { timeout } }: Context) => ({ meta, requestID, timeout }),
    fail() {
      throw failure("STORE_UNAVAILABLE", "The disk failed: EIO.", {}, { cause: new Error("EIO, read '/data/pack-1'") });
    },
    wait: () => new Promise<string>((resolve) => waiting.push(() => resolve("let go"))),
  },
};

let near: ServiceBroker;
let far: ServiceBroker;
beforeAll(async () => {
  nats = await startNatsServer();
  near = node("near");
  // Dots as in a host's full name.
  far = node("far.example.org", echo);
  await Promise.all([near.start(), far.start()]);
  await near.waitForServices("echo", 100_000);
});
afterAll(async () => {
  for (const broker of brokers) await broker.stop();
  await nats.stop();
});

describe("what travels between nodes", () => {
  it("arrives as it was sent", async () => {
    const params = {
      bytes: randomBytes(1000),
      all: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
      text: "Grüße, 世界 😀",
      numbers: [0, -1, 1.5, 2 ** 31, 2 ** 53 - 1, -(2 ** 53 - 1), 1e-300, Number.POSITIVE_INFINITY],
      none: null,
      time: new Date("2026-11-21T15:00:00.123Z"),
      nested: { list: [{ a: [[]] }, {}], yes: true, no: false },
      many: Array.from({ length: 200_000 }, (_, index) => index * 3),
    };
    expect(await near.call("echo.params", params)).toEqual(params);
  });

  it("leaves out what is undefined, so that it is still not there", async () => {
    const answer = await near.call<object, object>("echo.params", { a: undefined, b: 1 });
    expect(Object.keys(answer)).toEqual(["b"]);
  });

  it.each([0, 100, 2 ** 20 - 513, 2 ** 20 - 512, 2 ** 20, 2 ** 20 + 1, 5 * 2 ** 20, 33 * 2 ** 20])(
    "carries %i bytes of 0xFF both ways, whatever NATS takes in one message",
    async (length) => {
      const bytes = Buffer.alloc(length, 0xff);
      const answer = await near.call<{ bytes: Buffer }, object>("echo.params", { bytes });
      expect(answer.bytes.equals(bytes)).toBe(true);
    },
  );

  it("carries many large packets at once, in both directions, exactly", async () => {
    const images = Array.from({ length: 12 }, () => randomBytes(8 * 2 ** 20));
    const answers = await Promise.all(
      images.map((bytes) => near.call<{ bytes: Buffer }, object>("echo.params", { bytes })),
    );
    expect(answers.map(({ bytes }, index) => bytes.equals(images[index] as Buffer))).not.toContain(false);
  });

  it("may be more than NATS holds for a node that reads it late", async () => {
    const late = node("late", {
      name: "late",
      actions: { size: ({ params }: Context<{ bytes: Buffer }>) => params.bytes.length },
    });
    await late.start();
    await near.waitForServices("late", 100_000);
    const { socket } = (late as unknown as Connected).transit.tx.client.protocol.transport;
    socket.pause();
    const bytes = Buffer.alloc(33 * 2 ** 20);
    const calls = Array.from({ length: 4 }, () => near.call("late.size", { bytes }));
    // Long enough for all of it, if NATS were all that a sender waits for.
    for (let turns = 0; turns < 100; turns++) await (near as unknown as Connected).transit.tx.client.flush();
    socket.resume();
    expect(await Promise.all(calls)).toEqual(Array(4).fill(bytes.length));
  });

  it("has its request's id, trace and remaining time with it", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const answer = await near.call(
      "echo.context",
      {},
      { requestID: "order-4711", meta: { traceparent }, timeout: 90_000 },
    );
    expect(answer).toMatchObject({ meta: { traceparent }, requestID: "order-4711", timeout: 90_000 });
  });

  it("has no cause of a failure, which is in the log of the node that failed", async () => {
    const logged: unknown[] = [];
    const [service] = far.services.filter(({ name }) => name === "echo");
    Object.assign(service ?? {}, { logger: { error: (...entry: unknown[]) => logged.push(entry) } });
    const error = await near.call("echo.fail", {}, { requestID: "order-4712" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ type: "STORE_UNAVAILABLE", message: "The disk failed: EIO." });
    expect(JSON.stringify(error)).not.toContain("pack-1");
    const cause = expect.objectContaining({ message: "EIO, read '/data/pack-1'" });
    const err = expect.objectContaining({ type: "STORE_UNAVAILABLE", cause });
    expect(logged).toEqual([[{ err, requestId: "order-4712" }, "Call of another node failed"]]);
    await expect(far.call("echo.fail")).rejects.toThrow("The disk failed");
    expect(logged).toHaveLength(1);
  });

  it("fails the call if it cannot be sent, and nothing else", async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    await expect(near.call("echo.params", cyclic)).rejects.toThrow();
    expect(await near.call("echo.params", { b: 1 })).toEqual({ b: 1 });
  });
});

describe("a node", () => {
  it("that dies is noticed by those who wait for it, without its heartbeats being missed", async () => {
    // In seconds: no heartbeat is missed within this test.
    (near as unknown as Connected).transit.discoverer.opts.heartbeatTimeout = 3_600;
    const asked = Promise.withResolvers<void>();
    const wait = () => {
      asked.resolve();
      return new Promise(() => {});
    };
    const mortal = node("mortal", { name: "mortal", actions: { wait } });
    await mortal.start();
    await near.waitForServices("mortal", 100_000);
    const call = near.call("mortal.wait");
    call.catch(() => {});
    await asked.promise;
    const { client } = (mortal as unknown as Connected).transit.tx;
    await client.close();
    await expect(call).rejects.toMatchObject({ type: "REQUEST_REJECTED" });
    brokers.splice(brokers.indexOf(mortal), 1);
  });

  it("that is gone costs no call that it did not receive, also one that must not run twice", async () => {
    const answering = (name: string) => node(name, { name: "twin", actions: { name: () => name } });
    const [gone, left] = [answering("gone.example.org"), answering("left")];
    await Promise.all([gone.start(), left.start()]);
    await near.waitForServices("twin", 100_000);
    const namesOfTwo = async () => new Set(await Promise.all([near.call("twin.name"), near.call("twin.name")])).size;
    await expect.poll(namesOfTwo).toBe(2);
    // Without a farewell. NATS has ended its subscriptions when this is over, unlike after `close`.
    await (gone as unknown as Connected).transit.tx.client.drain();
    const large = { bytes: Buffer.alloc(3 * 2 ** 20) };
    const calls = [{}, {}, large, large, {}, {}].map((params) => near.call("twin.name", params));
    expect(await Promise.all(calls)).toEqual(Array(6).fill("left"));
    brokers.splice(brokers.indexOf(gone), 1);
  });

  it("that falls silent costs no large call of which it did not receive all", async () => {
    const answering = (name: string) => node(name, { name: "half", actions: { name: () => name } });
    const [silent, awake] = [answering("silent"), answering("awake")];
    await Promise.all([silent.start(), awake.start()]);
    const namesOfTwo = async () => new Set(await Promise.all([near.call("half.name"), near.call("half.name")])).size;
    await expect.poll(() => namesOfTwo().catch(() => 0)).toBe(2);
    const { discoverer, tx } = (near as unknown as Connected).transit;
    const { socket } = (silent as unknown as Connected).transit.tx.client.protocol.transport;
    socket.pause();
    const { outBytes } = tx.client.stats();
    const bytes = Buffer.alloc(33 * 2 ** 20);
    const calls = [1, 2].map(() => near.call("half.name", { bytes }));
    // All of one call, and a part of the other.
    await expect.poll(() => tx.client.stats().outBytes - outBytes).toBeGreaterThan(36 * 2 ** 20);
    discoverer.remoteNodeDisconnected("silent", true);
    expect(await Promise.all(calls)).toEqual(["awake", "awake"]);
    socket.resume();
  });

  it("that returns while it is taken for gone keeps the calls that it has received since", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<string>();
    const wait = () => {
      asked.resolve();
      return answer.promise;
    };
    const brief = node("brief", { name: "brief", actions: { hello: () => "hello", wait } });
    await brief.start();
    await near.waitForServices("brief", 100_000);
    const { client } = (near as unknown as Connected).transit.tx;
    const flush = client.flush.bind(client);
    const returned = Promise.withResolvers<void>();
    const flushed = vi.spyOn(client, "flush").mockImplementationOnce(() => returned.promise.then(flush));
    const hello = () => near.call("brief.hello", {}, { timeout: 20, retries: 0 }).catch(() => {});
    const isTakenForGone = async () => {
      await (brief as unknown as Connected).transit.tx.client.reconnect();
      for (let calls = 0; calls < 10 && flushed.mock.calls.length === 0; calls++) await hello();
      return flushed.mock.calls.length > 0;
    };
    await expect.poll(isTakenForGone).toBe(true);
    await expect
      .poll(() => near.call("brief.hello", {}, { timeout: 10_000, retries: 0 }).catch(() => {}))
      .toBe("hello");
    const call = near.call("brief.wait");
    await asked.promise;
    returned.resolve();
    await flushed.mock.results[0]?.value;
    answer.resolve("done");
    expect(await call).toBe("done");
  });

  it("that is gone is not replaced by another node in a call that names it", async () => {
    const answering = (name: string) => node(name, { name: "peer", actions: { name: () => name } });
    const [gone, left] = [answering("named"), answering("not-named")];
    await Promise.all([gone.start(), left.start()]);
    const call = (nodeID: string) => near.call("peer.name", {}, { nodeID });
    await expect
      .poll(() => Promise.allSettled(["named", "not-named"].map(call)))
      .toMatchObject([{ value: "named" }, { value: "not-named" }]);
    await (gone as unknown as Connected).transit.tx.client.drain();
    await expect(call("named")).rejects.toMatchObject({ type: "SERVICE_NOT_FOUND" });
    brokers.splice(brokers.indexOf(gone), 1);
  });

  it("forgets a call whose time is over, so that it need not wait for the answer when it stops", async () => {
    const asker = node("asker");
    await asker.start();
    await asker.waitForServices("echo", 100_000);
    await expect(asker.call("echo.wait", {}, { timeout: 20 })).rejects.toMatchObject({ type: "REQUEST_TIMEOUT" });
    const { _trackedContexts: tracked } = asker as unknown as Connected;
    await expect.poll(() => tracked).toEqual([]);
    // The late answer is for nobody.
    for (const letGo of waiting.splice(0)) letGo();
    expect(await asker.call("echo.params", { b: 1 })).toEqual({ b: 1 });
  });

  it("that stops has sent its large answers before", async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Buffer>();
    const large = () => {
      asked.resolve();
      return answer.promise;
    };
    const leaver = node("leaver", { name: "leaver", actions: { large } });
    await leaver.start();
    await near.waitForServices("leaver", 100_000);
    const call = near.call("leaver.large");
    await asked.promise;
    const stopped = leaver.stop();
    answer.resolve(Buffer.alloc(33 * 2 ** 20));
    expect(await call).toHaveLength(33 * 2 ** 20);
    await stopped;
    brokers.splice(brokers.indexOf(leaver), 1);
  });

  it("that joins can be called", async () => {
    const joiner = node("joiner", { name: "joiner", actions: { hello: () => "hello" } });
    await joiner.start();
    await near.waitForServices("joiner", 100_000, 10);
    expect(await near.call("joiner.hello")).toBe("hello");
  });
});

describe("when NATS is restarted", () => {
  it.each(["SIGTERM", "SIGKILL"] as const)(
    "by %s, calls in flight end, and nodes find each other again",
    async (signal) => {
      const call = near.call("echo.wait");
      call.catch(() => {});
      await expect.poll(() => waiting.length).toBeGreaterThan(0);
      await nats.restart(signal);
      await expect(call).rejects.toMatchObject({ type: "REQUEST_REJECTED" });
      for (const letGo of waiting.splice(0)) letGo();
      await expect.poll(() => near.call("echo.params", { b: 1 }).catch(() => undefined)).toEqual({ b: 1 });
      await expect.poll(() => far.call("echo.params", { b: 2 }).catch(() => undefined)).toEqual({ b: 2 });
    },
  );

  it("a call that is too large to be sent at once fails as not sent, or waits for it", async () => {
    const { client } = (near as unknown as Connected).transit.tx;
    const { outBytes } = client.stats();
    // So that it stands still in the middle.
    await suspend(nats.process);
    const call = near.call("echo.params", { bytes: Buffer.alloc(16 * 2 ** 20) });
    const type = call.then(
      () => "answered",
      (reason: unknown) => asFailure(reason).type,
    );
    await expect.poll(() => client.stats().outBytes).toBeGreaterThan(outBytes + 4 * 2 ** 20);
    await nats.restart("SIGKILL");
    // Where this process stood still for so long that the connection was given up before the call, all of
    // it is sent later.
    expect(["SERVICE_UNAVAILABLE", "answered"]).toContain(await type);
    await expect.poll(() => near.call("echo.params", { b: 1 }).catch(() => undefined)).toEqual({ b: 1 });
  });

  it("calls made while it is away fail as not sent, or wait for it", async () => {
    const away = nats.restart();
    const answers = await Promise.allSettled(
      Array.from({ length: 20 }, async (_, index) => {
        await sleep(index * 10);
        return near.call("echo.params", { index });
      }),
    );
    await away;
    // Sent to nobody, lost with the connection, or made in the moment before the nodes have found each other again.
    for (const answer of answers)
      if (answer.status === "rejected") expect(asFailure(answer.reason).type).toBe("SERVICE_UNAVAILABLE");
    await expect.poll(() => near.call("echo.params", { b: 1 }).catch(() => undefined)).toEqual({ b: 1 });
  });
});
