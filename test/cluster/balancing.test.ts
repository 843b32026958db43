import { setTimeout as sleep } from "node:timers/promises";
import { type Context, ServiceBroker, type ServiceSchema } from "moleculer";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { isServed } from "../../lib/balancing/detectors.ts";
import { config } from "../../lib/config.ts";
import { failure } from "../../lib/errors.ts";
import { clusterOptions } from "../../lib/transport/broker-options.ts";
import brokerOptions from "../../moleculer.config.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";

let nats: NatsServer;
let caller: ServiceBroker;
const detectors: ServiceBroker[] = [];

function node(nodeID: string): ServiceBroker {
  const options = { ...brokerOptions, ...clusterOptions({ ...config, natsUrl: nats.url }) };
  return new ServiceBroker({ ...options, nodeID, logger: false, skipProcessEventRegistration: true });
}

type Handler = (ctx: Context) => Promise<unknown> | unknown;

/** A detector that does what the test says, and counts what it is asked: calls and images. */
async function detector(nodeID: string, handler: Handler, metadata: object = { threads: 1, queueSize: 4, models: [] }) {
  const counts = { asked: 0, images: 0, inWork: 0, most: 0 };
  const counted: Handler = async (ctx) => {
    counts.asked++;
    counts.images += (ctx.params as { images?: unknown[] }).images?.length ?? 1;
    counts.inWork++;
    counts.most = Math.max(counts.most, counts.inWork);
    try {
      return await handler(ctx);
    } finally {
      counts.inWork--;
    }
  };
  const service: ServiceSchema = { name: "detector", metadata, actions: { detect: counted, detectMany: counted } };
  const broker = node(nodeID);
  broker.createService(service);
  detectors.push(broker);
  await broker.start();
  await expect.poll(() => caller.registry.getActionEndpoints("detector.detect")?.hasNodeID(nodeID)).toBe(true);
  return counts;
}

const image = { image: Buffer.from("image") };
const detect = (options: object = {}, more: object = {}) =>
  caller.call("detector.detect", { ...image, ...more }, options);

beforeAll(async () => {
  nats = await startNatsServer();
  caller = node("caller");
  await caller.start();
});
afterEach(async () => {
  for (const broker of detectors.splice(0)) await broker.stop();
  await expect.poll(() => caller.registry.getActionEndpoints("detector.detect")?.count() ?? 0).toBe(0);
});
afterAll(async () => {
  await caller.stop();
  await nats.stop();
});

describe("images for several detectors", () => {
  it("go where there are fewest: a slow detector gets less", async () => {
    // The slow one answers once the fast one has been asked ten times more, however long that takes.
    let held: { readonly until: number; readonly answer: () => void }[] = [];
    const letGo = (asked: number) => {
      for (const { until, answer } of held) if (until <= asked) answer();
      held = held.filter(({ until }) => until > asked);
    };
    const fast = await detector("fast", () => letGo(fast.asked));
    let left = 160;
    const slow = await detector("slow", () => {
      // All have been asked for: nobody may be left to let this one go.
      if (left <= 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      held.push({ until: fast.asked + 10, answer: resolve });
      return promise;
    });
    const client = async () => {
      while (left-- > 0) await detect();
      letGo(Number.POSITIVE_INFINITY);
    };
    await Promise.all([client(), client(), client(), client()]);
    expect(fast.asked + slow.asked).toBe(160);
    expect(fast.asked).toBeGreaterThan(slow.asked);
    expect(slow.asked).toBeGreaterThan(0);
  });

  it("are never more than a detector has room for, and are refused with a time when all are full", async () => {
    const open = Promise.withResolvers<void>();
    const counts = [await detector("a", () => open.promise), await detector("b", () => open.promise)];
    const refused: unknown[] = [];
    const answers = Array.from({ length: 15 }, () => detect().catch((error: unknown) => refused.push(error)));
    await expect.poll(() => [refused.length, ...counts.map(({ inWork }) => inWork)]).toEqual([5, 5, 5]);
    open.resolve();
    await Promise.all(answers);
    expect(counts.map(({ most }) => most)).toEqual([5, 5]);
    expect(refused).toHaveLength(5);
    for (const error of refused)
      expect(error).toMatchObject({ type: "OVERLOADED", data: { retryAfterSeconds: expect.any(Number) } });
  });

  it("go on to another when a detector refuses them, at once, unless the caller counts attempts", async () => {
    const refuse = () => Promise.reject(failure("SHUTTING_DOWN", "No."));
    const leaving = await detector("leaving", refuse);
    const staying = await detector("staying", () => "done");
    for (let count = 0; count < 10; count++) expect(await detect()).toBe("done");
    expect(leaving.asked).toBeGreaterThan(0);
    expect(staying.asked).toBe(10);
    const told = await Promise.allSettled(Array.from({ length: 2 }, () => detect({ retries: 0 })));
    expect(told.map((answer) => answer.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it.each(["MODEL_NOT_FOUND", "MODEL_UNAVAILABLE"] as const)(
    "go on to another when a detector has just lost the model: %s",
    async (code) => {
      const refuse = () => Promise.reject(failure(code, "No."));
      const changed = await detector("changed", refuse);
      await detector("other", () => "done");
      for (let count = 0; count < 4; count++) expect(await detect()).toBe("done");
      expect(changed.asked).toBeGreaterThan(0);
      // Images of jobs wait for another.
      const told = await Promise.allSettled(Array.from({ length: 2 }, () => detect({ retries: 0 })));
      expect(told.flatMap((answer) => (answer.status === "rejected" ? [answer.reason.type] : []))).toEqual([
        "NO_DETECTOR",
      ]);
    },
  );

  it("are refused as the last detector says that has just lost the model", async () => {
    const counts = await detector("only", () => Promise.reject(failure("MODEL_UNAVAILABLE", "It was unloaded.")));
    await expect(detect()).rejects.toMatchObject({ type: "MODEL_UNAVAILABLE", message: "It was unloaded." });
    expect(counts.asked).toBe(1);
  });

  it("are given up after three workers were lost with them", async () => {
    const counts = await detector("poisoned", () => Promise.reject(failure("WORKER_LOST", "Gone.")));
    await expect(detect()).rejects.toMatchObject({ type: "WORKER_LOST" });
    expect(counts.asked).toBe(3);
    await expect(detect({ retries: 0 })).rejects.toMatchObject({ type: "WORKER_LOST" });
    expect(counts.asked).toBe(4);
  });

  it("are not tried again for what is their own fault", async () => {
    const counts = await detector("a", () => Promise.reject(failure("UNDECODABLE_IMAGE", "No image.")));
    await expect(detect()).rejects.toMatchObject({ type: "UNDECODABLE_IMAGE" });
    expect(counts.asked).toBe(1);
  });

  it("of a client that waits its turn are given up at their time, however often a detector refuses them", async () => {
    // It tells no load, so that it seems to have room each time.
    await detector("full", () => Promise.reject(failure("OVERLOADED", "Full.")));
    const waiting = caller.call("detector.detect", { ...image, timeoutMs: 100 }, { meta: { client: "client" } });
    await expect(waiting).rejects.toMatchObject({ type: "OVERLOADED" });
  });

  it("carry the time that is left on to the next detector", async () => {
    const given: number[] = [];
    const note = ({ params }: Context<{ timeoutMs?: number }>) => given.push(params.timeoutMs ?? 0);
    await detector("late", async (ctx) => {
      note(ctx as Context<{ timeoutMs?: number }>);
      await sleep(200);
      throw failure("SHUTTING_DOWN", "No.");
    });
    await detector("next", (ctx) => note(ctx as Context<{ timeoutMs?: number }>));
    // In turn, so one of two calls goes to the late one first.
    for (let call = 0; call < 2; call++) await caller.call("detector.detect", { ...image, timeoutMs: 60_000 });
    expect(given[0]).toBeGreaterThan(30_000);
    expect(Math.min(...given)).toBeLessThanOrEqual(59_810);
  });

  it("find no detector: at once when new, and after a wait for one to come when under way", async () => {
    await expect(detect()).rejects.toMatchObject({ type: "NO_DETECTOR" });
    const only = await detector("only", () => new Promise(() => {}));
    const underWay = detect();
    await expect.poll(() => only.asked).toBe(1);
    const [broker] = detectors.splice(0);
    const { transit } = broker as unknown as { transit: { tx: { client: { close(): Promise<void> } } } };
    await transit.tx.client.close();
    await detector("replacement", () => "done");
    expect(await underWay).toBe("done");
  });
});

describe("images of jobs", () => {
  it("wait for a detector that has all of their models, or publishes none", async () => {
    const served = () => [["objects"], ["classify"], ["objects", "classify"]].map((names) => isServed(caller, names));
    expect(served()).toEqual([false, false, false]);
    await detector("networks", () => "done", { models: { objects: "ready", classify: "loading" } });
    expect(served()).toEqual([true, false, false]);
    await detector("more", () => "done", { models: { classify: "ready" } });
    expect(served()).toEqual([true, true, false]);
    await detector("older", () => "done");
    expect(served()).toEqual([true, true, true]);
  });

  it("do not wait where no other node may come, and the call says that their model is not served", async () => {
    const alone = new ServiceBroker({ nodeID: "alone", logger: false, skipProcessEventRegistration: true });
    expect(isServed(alone, ["objects"])).toBe(true);
  });
});

describe("parcels for several detectors", () => {
  const parcel = (count: number, more: object = {}) => ({
    jobId: "job",
    images: Array(count).fill({ sha256: "0".repeat(64) }),
    ...more,
  });
  const detectMany = (count: number, options: object = {}, more: object = {}) =>
    caller.call("detector.detectMany", parcel(count, more), options);
  const roomy = { threads: 2, queueSize: 256, models: [] };

  it("weigh as many images as they have, from the call to the answer", async () => {
    const open = Promise.withResolvers<void>();
    const [a, b] = [await detector("a", () => open.promise, roomy), await detector("b", () => open.promise, roomy)];
    const large = detectMany(32);
    await expect.poll(() => a.asked + b.asked).toBe(1);
    const [full, free] = a.asked === 1 ? [a, b] : [b, a];
    const small = Array.from({ length: 30 }, () => detect());
    await expect.poll(() => free.images).toBe(30);
    expect(full.images).toBe(32);
    open.resolve();
    await Promise.all([large, ...small]);
    // Answered, it weighs nothing: the next go to both.
    await Promise.all(Array.from({ length: 30 }, () => detect()));
    expect(full.images - 32).toBeGreaterThan(10);
    expect(free.images - 30).toBeGreaterThan(10);
  });

  it("go where there is room for one image, and are refused where there is none; requests overtake them", async () => {
    const open = Promise.withResolvers<void>();
    const counts = await detector("only", () => open.promise);
    const large = detectMany(32);
    await expect(detectMany(1)).rejects.toMatchObject({ type: "OVERLOADED" });
    const interactive = detect();
    await expect.poll(() => counts.asked).toBe(2);
    open.resolve();
    await Promise.all([large, interactive]);
  });

  it.each(["WORKER_LOST", "SHUTTING_DOWN"] as const)(
    "come back with the first error where the caller counts attempts: %s",
    async (code) => {
      const fail = () => Promise.reject(failure(code, "No."));
      const counts = [await detector("a", fail, roomy), await detector("b", fail, roomy)];
      await expect(detectMany(3, { retries: 0 })).rejects.toMatchObject({ type: code });
      expect(counts.map(({ asked }) => asked).sort()).toEqual([0, 1]);
    },
  );

  it("are lost with their node, and not tried elsewhere: any image may be the cause", async () => {
    const only = await detector("only", () => new Promise(() => {}), roomy);
    const underWay = detectMany(3);
    await expect.poll(() => only.asked).toBe(1);
    const [broker] = detectors.splice(0);
    const next = await detector("next", () => "done", roomy);
    const { transit } = broker as unknown as { transit: { tx: { client: { close(): Promise<void> } } } };
    await transit.tx.client.close();
    await expect(underWay).rejects.toMatchObject({ type: "NODE_LOST" });
    expect(next.asked).toBe(0);
  });

  it("have as long again for images that are begun late", async () => {
    const answer = Promise.withResolvers<void>();
    const limits: { images: number; caller: number }[] = [];
    await detector("late", ({ params, options }) => {
      limits.push({ images: (params as { timeoutMs: number }).timeoutMs, caller: options.timeout ?? 0 });
      return limits.length > 2 ? new Promise(() => {}) : answer.promise;
    });
    const calls = [detectMany(3, {}, { timeoutMs: 60_000 }), detect({}, { timeoutMs: 60_000 })];
    await expect.poll(() => limits.length).toBe(2);
    answer.resolve();
    await Promise.all(calls);
    for (const { images } of limits) expect(images).toBeLessThanOrEqual(60_000);
    // Half a minute for what the machine does beside.
    expect(limits.map(({ images, caller }) => caller > images + 30_000).sort()).toEqual([false, true]);
    const never = detect({}, { timeoutMs: 10 });
    await expect(never).rejects.toMatchObject({ type: "REQUEST_TIMEOUT" });
  });
});
