import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "nats";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { type JetStreamOptions, type JetStreamPorts, openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import type { EventLog } from "../../lib/ports/event-log.ts";
import type { Lease, Task, TaskQueue } from "../../lib/ports/task-queue.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { startCuttingProxy } from "../support/cutting-proxy.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";

const leaseMs = 1000;

let nats: NatsServer;
let clusters = 0;
let opened: JetStreamPorts[] = [];
beforeAll(async () => {
  nats = await startNatsServer();
});
afterAll(() => nats.stop());
afterEach(async () => {
  for (const ports of opened) await ports.close();
  opened = [];
});

/** Nodes of one cluster, each with a connection of its own. */
async function nodes(count: number, options: Partial<JetStreamOptions> = {}): Promise<JetStreamPorts[]> {
  const prefix = `nodes${clusters++}`;
  const open = () => openJetStream(nats.url, { prefix, leaseMs, pollMs: 100, timeoutMs: 2000, ...options });
  const ports = await Promise.all(Array.from({ length: count }, open));
  opened.push(...ports);
  return ports;
}

async function node(options: Partial<JetStreamOptions> = {}): Promise<JetStreamPorts> {
  const [ports] = await nodes(1, options);
  return ports as JetStreamPorts;
}

describe("queue", () => {
  test("two nodes share the work: each task is done once", async () => {
    const [first, second] = (await nodes(2)).map(({ queue }) => queue) as [TaskQueue, TaskQueue];
    const done: string[][] = [[], []];
    const stop = new AbortController();
    const work = async (queue: TaskQueue, names: string[] | undefined) => {
      for (let lease = await queue.take(stop.signal); lease; lease = await queue.take(stop.signal)) {
        await sleep(1);
        await lease.ack();
        names?.push(nameOf(lease.task));
      }
    };
    const workers = [first, second].flatMap((queue, n) => Array.from({ length: 4 }, () => work(queue, done[n])));
    const jobs = ["a", "b", "c"].map((jobId) => tasks(jobId, 100));
    await Promise.all(jobs.map((each) => first.push(each)));
    await expect.poll(() => done.flat().length).toBeGreaterThanOrEqual(300);
    await expect.poll(() => second.size()).toBe(0);
    stop.abort();
    await Promise.all(workers);
    expect(done.flat().sort()).toEqual(jobs.flat().map(nameOf).sort());
    for (const names of done) expect(names.length).toBeGreaterThan(30);
  });

  test("nodes that start at the same moment make the streams together", async () => {
    for (let times = 0; times < 5; times++) {
      const [first, second] = (await nodes(4)).map(({ queue }) => queue) as [TaskQueue, TaskQueue];
      await first.push(tasks("a", 1));
      const lease = await taken(second);
      await lease.ack();
    }
  });

  test("nodes take turns among jobs, a small one is over before a large one", async () => {
    const [first, second] = (await nodes(2)).map(({ queue }) => queue) as [TaskQueue, TaskQueue];
    await first.push(tasks("large", 40));
    await second.push(tasks("small", 4));
    const names: string[] = [];
    for (let n = 0; n < 20; n++) {
      const lease = await taken(n % 2 ? first : second);
      names.push(nameOf(lease.task));
      await lease.ack();
    }
    expect(names.filter((name) => name.startsWith("small"))).toHaveLength(4);
  });

  test("a task of a node that died comes again, on another node", async () => {
    const connection = await connect({ servers: nats.url });
    const options = { prefix: `nodes${clusters++}`, leaseMs, pollMs: 100 };
    const dying = await openJetStream(connection, options);
    const living = await openJetStream(nats.url, options);
    opened.push(living);
    await dying.queue.push(tasks("a", 2));
    const lost = await taken(dying.queue);
    await connection.close();
    await dying.close();
    const leases: Lease[] = [];
    for (let n = 0; n < 2; n++) {
      const lease = await taken(living.queue);
      leases.push(lease);
      await lease.ack();
    }
    expect(leases.map(({ task }) => task.index).sort()).toEqual([0, 1]);
    expect(leases.find(({ task }) => task.index === lost.task.index)?.delivery).toBe(2);
    expect(await living.queue.size()).toBe(0);
    // Of a lease whose node is gone nothing throws.
    await lost.ack();
    await lost.extend();
    await lost.retry(0);
  });

  test("a closed queue keeps nothing that it did not hand out", async () => {
    const [closing, other] = (await nodes(2, { leaseMs: 60_000 })).map(({ queue }) => queue) as [TaskQueue, TaskQueue];
    const taking = Array.from({ length: 20 }, () => closing.take());
    const pushing = other.push(tasks("a", 20));
    await closing.close();
    await pushing;
    for (const lease of await Promise.all(taking)) await lease?.retry(0);
    const indexes = new Set<number>();
    for (let n = 0; n < 20; n++) {
      const lease = await taken(other);
      indexes.add(lease.task.index);
      await lease.ack();
    }
    expect(indexes.size).toBe(20);
  });

  test("a task is found behind many jobs whose tasks are all leased", async () => {
    const [first, second] = (await nodes(2, { leaseMs: 60_000 })).map(({ queue }) => queue) as [TaskQueue, TaskQueue];
    await first.push(Array.from({ length: 150 }, (_, n) => ({ jobId: `job${n}`, index: 0, priority: 5 })));
    for (let n = 0; n < 150; n++) await taken(first);
    // Of a task that is handed back the node itself tells; this one only time brings back.
    await first.push([{ jobId: "job99", index: 1, priority: 5 }], 1000);
    expect((await taken(second)).task).toMatchObject({ jobId: "job99", index: 1 });
  });

  test("more jobs than take turns at once are all served, and their consumers removed", async () => {
    const { queue } = await node();
    const prefix = `nodes${clusters - 1}`;
    await queue.push(Array.from({ length: 200 }, (_, n) => ({ jobId: `job${n}`, index: 0, priority: 5 })));
    const seen = new Set<string>();
    const stop = new AbortController();
    const work = async () => {
      for (let lease = await queue.take(stop.signal); lease; lease = await queue.take(stop.signal)) {
        await lease.ack();
        seen.add(lease.task.jobId);
        if (seen.size === 200) stop.abort();
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect(seen.size).toBe(200);
    const connection = await connect({ servers: nats.url });
    const manager = await connection.jetstreamManager();
    await expect.poll(async () => (await manager.streams.info(`${prefix}-tasks`)).state.consumer_count).toBe(0);
    await connection.close();
  });
});

describe("images", () => {
  test("an upload that finds no room is refused, and what was stored of it is gone", async () => {
    // JetStream calls it "unavailable": asked again, it would outlast this test.
    const { blobs } = await node({ blobMaxBytes: 4_000_000, timeoutMs: 20_000 });
    await blobs.put("a", [Buffer.from("small")], 1e8);
    await expect(blobs.put("a", [randomBytes(9_000_000)], 1e8)).rejects.toMatchObject({ type: "STORAGE_FULL" });
    const { sha256 } = await blobs.put("a", [randomBytes(3_000_000)], 1e8);
    expect((await blobs.get("a", sha256))?.length).toBe(3_000_000);
  });

  test("the same large image, stored twice at once, takes the room of one", async () => {
    const [first, second] = await nodes(2, { blobMaxBytes: 16_000_000 });
    const image = randomBytes(5_000_000);
    for (let round = 0; round < 4; round++)
      await Promise.all([first, second].map((ports) => ports?.blobs.put("a", [image], 1e8)));
    const { sha256 } = (await second?.blobs.put("a", [image], 1e8)) ?? { sha256: "" };
    expect((await first?.blobs.get("a", sha256))?.equals(image)).toBe(true);
  });

  test("memory does not grow with a blob that is put", async () => {
    const { blobs } = await node();
    const piece = Buffer.alloc(65_536, 7);
    let most = 0;
    async function* source() {
      for (let n = 0; n < 2000; n++) {
        most = Math.max(most, process.memoryUsage().arrayBuffers);
        if (n % 100 === 0) gc?.();
        yield piece;
      }
    }
    gc?.();
    const before = process.memoryUsage().arrayBuffers;
    const { bytes } = await blobs.put("a", source(), 1e9);
    expect(bytes).toBe(2000 * piece.length);
    expect(most - before).toBeLessThan(40e6);
    await blobs.delete("a");
  });

  test("settings that changed are applied to the streams there are", async () => {
    const prefix = `nodes${clusters++}`;
    for (const blobMaxAgeMs of [60_000, 120_000])
      opened.push(await openJetStream(nats.url, { prefix, leaseMs, blobMaxAgeMs }));
    const connection = await connect({ servers: nats.url });
    const { config } = await (await connection.jetstreamManager()).streams.info(`${prefix}-blobs`);
    await connection.close();
    expect(config.max_age).toBe(120_000_000_000);
  });
});

describe("event log", () => {
  test("two publishers of the same events append each once, in order", async () => {
    const [first, second] = (await nodes(2)).map(({ log }) => log) as [EventLog, EventLog];
    const events = Array.from({ length: 600 }, (_, n) => eventOf(`job${n % 3}`, n));
    await Promise.all([first.append(events), second.append(events)]);
    const logged = await readAll(first);
    expect(logged.map(({ event }) => event.id)).toEqual(events.map(({ id }) => id));
    expect(logged.map(({ sequence }) => sequence)).toEqual(events.map((_, n) => n + 1));
  });

  test("two publishers of different events keep each its order", async () => {
    const [first, second] = (await nodes(2)).map(({ log }) => log) as [EventLog, EventLog];
    const [ours, theirs] = ["a", "b"].map((job) => Array.from({ length: 600 }, (_, n) => eventOf(job, n)));
    await Promise.all([first.append(ours ?? []), second.append(theirs ?? [])]);
    const ids = (await readAll(second)).map(({ event }) => event.id);
    expect(ids.filter((id) => id.startsWith("a"))).toEqual(ours?.map(({ id }) => id));
    expect(ids.filter((id) => id.startsWith("b"))).toEqual(theirs?.map(({ id }) => id));
  });

  test("of events after one that fails none is appended", async () => {
    const { log } = await node();
    const events = [0, 1, 2, 3].map((n) => eventOf("a", n));
    const tooLarge = { ...eventOf("a", 1), data: { text: "x".repeat(2_000_000) } };
    await expect(log.append([eventOf("a", 0), tooLarge, eventOf("b", 0), eventOf("a", 2)])).rejects.toThrow();
    expect((await readAll(log)).map(({ event }) => event.id)).toEqual(["a.0"]);
    await log.append(events);
    expect((await readAll(log)).map(({ event }) => event.id)).toEqual(events.map(({ id }) => id));
  });

  test("an event older than what JetStream remembers is still appended once", async () => {
    const { log } = await node({ duplicateWindowMs: 200 });
    const events = Array.from({ length: 5 }, (_, n) => eventOf("a", n));
    await log.append(events);
    await sleep(400);
    // JetStream itself has forgotten: the same id goes in a second time, past the log.
    const connection = await connect({ servers: nats.url });
    const ack = await connection
      .jetstream()
      .publish(`nodes${clusters - 1}.events._.b`, JSON.stringify(eventOf("a", 0)), { msgID: "a.0" });
    expect(ack.duplicate).toBe(false);
    await connection.close();
    await log.append([...events, eventOf("a", 5)]);
    const ids = (await log.read({ after: 0, limit: 99, jobId: "a" })).map(({ event }) => event.id);
    expect(ids.filter((id) => id !== "a.0")).toEqual(["a.1", "a.2", "a.3", "a.4", "a.5"]);
    expect(await log.lastSequence()).toBe(7);
  });

  test("wakes the listeners of other nodes", async () => {
    const [first, second] = await nodes(2, { pollMs: 60_000 });
    const woken = vi.fn();
    second?.log.subscribe(woken);
    await second?.log.lastSequence();
    await first?.log.append([eventOf("a", 0)]);
    await expect.poll(() => woken.mock.calls.length).toBeGreaterThan(0);
    expect(await second?.log.lastSequence()).toBe(1);
  });

  test("is read from the beginning, at its end and by job, when it is long", async () => {
    const { log } = await node();
    const events = Array.from({ length: 20_000 }, (_, n) => eventOf(`job${n % 20}`, n));
    await timed("append 20,000", () => log.append(events));
    const logged = await timed("read 20,000 in pages of 100", () => readAll(log, 100));
    expect(logged.map(({ event }) => event.id)).toEqual(events.map(({ id }) => id));
    const again = await timed("read 20,000 in pages of 1,000", () => readAll(log, 1000));
    expect(again).toEqual(logged);
    const ofJob = await timed("read 1,000 of one job in pages of 100", () => readAll(log, 100, "job3"));
    expect(ofJob).toEqual(logged.filter(({ event }) => event.subject.startsWith("jobs/job3/")));
    // Far from the tail, where JetStream itself does the selecting.
    for (const jobId of ["*", ">"]) expect(await log.read({ after: 0, limit: 9, jobId })).toEqual([]);
    const tail = await log.read({ after: 19_990, limit: 100 });
    expect(tail).toEqual(logged.slice(19_990));
  });
});

describe("when a connection breaks while events arrive", () => {
  test("a page has no gap, though the log goes on meanwhile", async () => {
    const writer = await node();
    const { port } = new URL(nats.url);
    const proxy = await startCuttingProxy({ host: "127.0.0.1", port: Number(port) });
    const prefix = `nodes${clusters - 1}`;
    const reader = await openJetStream(`nats://${proxy.address}`, { prefix, leaseMs, pollMs: 60_000 });
    try {
      const events = Array.from({ length: 3_000 }, (_, n) => eventOf("a", n));
      await writer.log.append(events);
      proxy.cutAt('"a.1234"');
      const reading = reader.log.read({ after: 0, limit: 3_100 });
      await expect.poll(() => proxy.cuts, { interval: 1 }).toBeGreaterThan(0);
      // They are there when the reader is back.
      const later = Array.from({ length: 100 }, (_, n) => eventOf("a", 3_000 + n));
      await writer.log.append(later);
      const sequences = (await reading).map(({ sequence }) => sequence);
      expect(sequences).toEqual(sequences.map((_, n) => n + 1));
      expect(sequences.length).toBeGreaterThanOrEqual(3_000);
    } finally {
      await reader.close();
      await proxy.close();
    }
  });
});

describe("when the server dies and is there again", () => {
  test("everything acknowledged is there", async () => {
    const { queue, blobs, log } = await node();
    const pushed: string[] = [];
    const put: string[] = [];
    const appended: string[] = [];
    let isOver = false;
    const repeat = async (act: (n: number) => Promise<void>) => {
      for (let n = 0; !isOver; n++) await act(n).catch(expectKnown);
    };
    const acts = [
      repeat(async (n) => {
        await queue.push([{ jobId: "a", index: n, priority: 5 }]);
        pushed.push(`a${n}`);
      }),
      repeat(async (n) => {
        const { sha256 } = await blobs.put("a", [randomBytes(n % 5 ? 10_000 : 2_500_000)], 1e8);
        put.push(sha256);
      }),
      repeat(async (n) => {
        const events = Array.from({ length: 20 }, (_, k) => eventOf("a", n * 20 + k));
        // As the publisher does: what was rejected is appended again before anything that follows.
        for (let isAppended = false; !isAppended; )
          isAppended = await log.append(events).then(
            () => true,
            (error) => expectKnown(error) ?? false,
          );
        appended.push(...events.map(({ id }) => id));
      }),
    ];
    for (let kills = 0; kills < 3; kills++) {
      const before = [pushed, put, appended].map(({ length }) => length);
      await expect
        .poll(() => [pushed, put, appended].every((list, n) => list.length > (before[n] ?? 0) + 5))
        .toBe(true);
      await nats.restart("SIGKILL");
    }
    isOver = true;
    await Promise.all(acts);
    const logged = await readAll(log);
    expect(logged.map(({ event }) => event.id)).toEqual(appended);
    expect(logged.map(({ sequence }) => sequence)).toEqual(appended.map((_, n) => n + 1));
    for (const hash of put) {
      const blob = await blobs.get("a", hash);
      expect(
        createHash("sha256")
          .update(blob ?? "")
          .digest("hex"),
      ).toBe(hash);
    }
    const left = new Set(pushed);
    while (left.size > 0) {
      const lease = await taken(queue);
      left.delete(nameOf(lease.task));
      await lease.ack();
    }
  });

  test("take goes on by itself, without being busy meanwhile", { timeout: 60_000 }, async () => {
    const { queue, log, blobs } = await node();
    const indexes = new Set<number>();
    const stop = new AbortController();
    const work = async () => {
      for (let lease = await queue.take(stop.signal); lease; lease = await queue.take(stop.signal)) {
        await lease.ack();
        indexes.add(lease.task.index);
      }
    };
    const workers = [work(), work()];
    const isServed = async (index: number) => {
      await queue.push([{ jobId: "a", index, priority: 5 }]);
      await expect.poll(() => indexes.has(index)).toBe(true);
    };
    await isServed(1);
    // A server that hangs: nobody is told that it is gone.
    nats.process.kill("SIGSTOP");
    await expect.poll(() => readFileSync(`/proc/${nats.process.pid}/stat`, "utf8")).toContain(") T ");
    const unavailable = { type: "STORE_UNAVAILABLE", code: 503 };
    const refused = [
      queue.push(tasks("b", 1)),
      queue.hasTasks("b"),
      log.append([eventOf("a", 0)]),
      log.read({ after: 0, limit: 1 }),
      blobs.put("a", [Buffer.from("x")], 10),
      blobs.get("a", "0".repeat(64)),
    ];
    const outcomes = await Promise.allSettled(refused);
    nats.process.kill("SIGCONT");
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: "rejected", reason: unavailable });
    await isServed(2);
    // A server that is away.
    const before = process.cpuUsage();
    await nats.restart("SIGKILL", 10_000);
    const { user, system } = process.cpuUsage(before);
    expect(user + system).toBeLessThan(2_000_000);
    await isServed(3);
    stop.abort();
    await Promise.all(workers);
  });
});

async function taken(queue: TaskQueue): Promise<Lease> {
  const lease = await queue.take(AbortSignal.timeout(15_000));
  if (!lease) throw new Error("No task came.");
  return lease;
}

function expectKnown(error: unknown): undefined {
  expect(error).toMatchObject({ type: "STORE_UNAVAILABLE" });
}

async function timed<T>(what: string, act: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await act();
  console.log(`${what}: ${(performance.now() - startedAt).toFixed(0)} ms`);
  return result;
}

function tasks(jobId: string, count: number): Task[] {
  return Array.from({ length: count }, (_, index) => ({ jobId, index, priority: 5 }));
}

function nameOf({ jobId, index }: Task): string {
  return `${jobId}${index}`;
}
