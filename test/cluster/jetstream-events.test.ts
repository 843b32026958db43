/** The event log in JetStream: publishers, readers and long logs. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "nats";
import { describe, expect, test, vi } from "vitest";
import { openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import type { EventLog } from "../../lib/ports/event-log.ts";
import { eventOf, readAll } from "../ports/sample-events.ts";
import { startCuttingProxy } from "../support/cutting-proxy.ts";
import { JetStreamNodes, leaseMs } from "../support/jetstream-nodes.ts";
import { startNatsServer } from "../support/nats-server.ts";
import { freePort } from "../support/service.ts";

const nodes = JetStreamNodes.use();

/** Two nodes of a cluster. The connection of the reader can be cut. */
async function openBehindProxy() {
  const writer = await nodes.openOne();
  const { port } = new URL(nodes.server.url);
  const proxy = await startCuttingProxy({ host: "127.0.0.1", port: Number(port) });
  const prefix = nodes.lastPrefix;
  const reader = await openJetStream(`nats://${proxy.address}`, { prefix, leaseMs, pollMs: 60_000 });
  return {
    ...{ writer, reader, proxy, prefix },
    async [Symbol.asyncDispose]() {
      await reader.close();
      await proxy.close();
    },
  };
}

describe("event log", () => {
  test("two publishers of the same events append each once, in order", async () => {
    const [first, second] = (await nodes.open(2)).map(({ log }) => log) as [EventLog, EventLog];
    const events = Array.from({ length: 600 }, (_, n) => eventOf(`job${n % 3}`, n));
    await Promise.all([first.append(events), second.append(events)]);
    const logged = await readAll(first);
    expect(logged.map(({ event }) => event.id)).toEqual(events.map(({ id }) => id));
    expect(logged.map(({ sequence }) => sequence)).toEqual(events.map((_, n) => n + 1));
  });

  test("a node that does not know the log appends each event once, of jobs with few and with many there", async () => {
    const [first, second] = (await nodes.open(2)).map(({ log }) => log) as [EventLog, EventLog];
    const sizes = [1, 2, 15, 16, 17, 40];
    const events = sizes.flatMap((size) => Array.from({ length: size }, (_, n) => eventOf(`of${size}`, n)));
    // Those of one job are not one behind the other.
    const mixed = events.toSorted((a, b) => (a.id.split(".")[1] ?? "").localeCompare(b.id.split(".")[1] ?? ""));
    await first.append(mixed);
    const more = sizes.map((size) => eventOf(`of${size}`, size));
    await second.append([...mixed, eventOf("new", 0), ...more]);
    const ids = (await readAll(first)).map(({ event }) => event.id);
    expect(ids).toEqual([...mixed.map(({ id }) => id), "new.0", ...more.map(({ id }) => id)]);
  });

  test("two publishers of different events keep each its order", async () => {
    const [first, second] = (await nodes.open(2)).map(({ log }) => log) as [EventLog, EventLog];
    const [ours, theirs] = ["a", "b"].map((job) => Array.from({ length: 600 }, (_, n) => eventOf(job, n)));
    await Promise.all([first.append(ours ?? []), second.append(theirs ?? [])]);
    const ids = (await readAll(second)).map(({ event }) => event.id);
    expect(ids.filter((id) => id.startsWith("a"))).toEqual(ours?.map(({ id }) => id));
    expect(ids.filter((id) => id.startsWith("b"))).toEqual(theirs?.map(({ id }) => id));
  });

  test("of events after one that fails none is appended", async () => {
    const { log } = await nodes.openOne();
    const events = [0, 1, 2, 3].map((n) => eventOf("a", n));
    const tooLarge = { ...eventOf("a", 1), data: { text: "x".repeat(2_000_000) } };
    await expect(log.append([eventOf("a", 0), tooLarge, eventOf("b", 0), eventOf("a", 2)])).rejects.toThrow();
    expect((await readAll(log)).map(({ event }) => event.id)).toEqual(["a.0"]);
    await log.append(events);
    expect((await readAll(log)).map(({ event }) => event.id)).toEqual(events.map(({ id }) => id));
  });

  test("an event of a node whose clock is far behind is not swept, nor are those before it", async () => {
    const { log } = await nodes.openOne();
    const longAgo = "2000-01-01T00:00:00.000Z";
    const events = Array.from({ length: 5 }, (_, n) => eventOf("a", n, n === 2 ? longAgo : undefined));
    await log.append(events);
    expect(await log.sweep(new Date(Date.now() - 3_600_000).toISOString())).toBe(0);
    expect((await readAll(log)).map(({ event }) => event.id)).toEqual(events.map(({ id }) => id));
  });

  test("an event that another node has appended before is not appended again", async () => {
    const [first, second] = (await nodes.open(2)).map(({ log }) => log) as [EventLog, EventLog];
    const longAgo = new Date(Date.now() - 86_400_000).toISOString();
    const events = Array.from({ length: 5 }, (_, n) => eventOf("a", n, n < 3 ? longAgo : undefined));
    await first.append(events);
    // As nodes of earlier versions did.
    const connection = await connect({ servers: nodes.server.url });
    const subject = `${nodes.lastPrefix}.events._.a`;
    await connection.jetstream().publish(subject, JSON.stringify(eventOf("a", 5)), { msgID: "a.5" });
    await connection.close();
    await second.append([eventOf("b", 0), ...events, eventOf("a", 5), eventOf("a", 6)]);
    await first.append([eventOf("b", 0), ...events, eventOf("a", 7), eventOf("a", 6), eventOf("a", 5)]);
    const expected = ["a.0", "a.1", "a.2", "a.3", "a.4", "a.5", "b.0", "a.6", "a.7"];
    expect((await readAll(first)).map(({ event }) => event.id)).toEqual(expected);
  });

  test("nor is one of a node whose clock is far ahead, whatever this node knows of others", async () => {
    const [first, second] = (await nodes.open(2)).map(({ log }) => log) as [EventLog, EventLog];
    const hourAhead = new Date(Date.now() + 3_600_000).toISOString();
    const earlier = [eventOf("a", 0), eventOf("a", 1, hourAhead), eventOf("b", 0, hourAhead)];
    await first.append(earlier);
    await second.append([eventOf("c", 0)]);
    const later = [eventOf("c", 1), eventOf("a", 2), eventOf("d", 0, hourAhead)];
    await second.append([...earlier.slice(1), ...later]);
    const ids = (await readAll(first)).map(({ event }) => event.id);
    expect(ids).toEqual(["a.0", "a.1", "b.0", "c.0", "c.1", "a.2", "d.0"]);
  });

  test("a node goes on after the log was deleted", async () => {
    const { log } = await nodes.openOne();
    await log.append(Array.from({ length: 5 }, (_, n) => eventOf("a", n)));
    const connection = await connect({ servers: nodes.server.url });
    const { streams } = await connection.jetstreamManager();
    const name = `${nodes.lastPrefix}-events`;
    const { config } = await streams.info(name);
    await streams.delete(name);
    await streams.add(config);
    await connection.close();
    await log.append([eventOf("a", 5), eventOf("a", 6)]);
    expect((await readAll(log)).map(({ sequence, event }) => [sequence, event.id])).toEqual([
      [1, "a.5"],
      [2, "a.6"],
    ]);
  });

  test("what a node remembers of a log is gone when the log is another, even if that is longer", async () => {
    const { log } = await nodes.openOne({ pollMs: 50 });
    await log.append(Array.from({ length: 5 }, (_, n) => eventOf("a", n)));
    expect(await readAll(log)).toHaveLength(5);
    const connection = await connect({ servers: nodes.server.url });
    const { streams } = await connection.jetstreamManager();
    const name = `${nodes.lastPrefix}-events`;
    const { config } = await streams.info(name);
    await streams.delete(name);
    await streams.add(config);
    await connection.close();
    await expect(log.read({ after: 5, limit: 9 })).rejects.toMatchObject({ type: "CURSOR_GONE" });
    await log.append(Array.from({ length: 7 }, (_, n) => eventOf("b", n)));
    expect((await readAll(log)).map(({ event }) => event.id)).toEqual(Array.from({ length: 7 }, (_, n) => `b.${n}`));
  });

  test("wakes the listeners of other nodes", async () => {
    const [first, second] = await nodes.open(2, { pollMs: 60_000 });
    const woken = vi.fn();
    second?.log.subscribe(woken);
    await second?.log.lastSequence();
    await first?.log.append([eventOf("a", 0)]);
    await expect.poll(() => woken.mock.calls.length).toBeGreaterThan(0);
    expect(await second?.log.lastSequence()).toBe(1);
  });

  test("is read from the beginning, at its end and by job, when it is long", async () => {
    const { log } = await nodes.openOne();
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
    await using pair = await openBehindProxy();
    const { writer, reader, proxy } = pair;
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
  });
});

describe("consumers", () => {
  /** Counts the consumers that are created and deleted from now on. */
  async function counting(act: (counts: { created: number; deleted: number }) => Promise<void>): Promise<void> {
    const connection = await connect({ servers: nodes.server.url });
    const counts = { created: 0, deleted: 0 };
    const stream = `${nodes.lastPrefix}-events`;
    connection.subscribe(`$JS.API.CONSUMER.CREATE.${stream}.>`, { callback: () => counts.created++ });
    connection.subscribe(`$JS.API.CONSUMER.DELETE.${stream}.>`, { callback: () => counts.deleted++ });
    try {
      await connection.flush();
      await act(counts);
    } finally {
      await connection.close();
    }
  }

  test("are not created for readers that wait for the events of a job or an owner", async () => {
    const { log } = await nodes.openOne();
    await log.append([eventOf("quiet", 0), { ...eventOf("b", 0), owner: "quiet" }]);
    // More than a node remembers.
    await log.append(Array.from({ length: 2_100 }, (_, n) => eventOf("busy", n)));
    await counting(async (counts) => {
      expect(await log.read({ after: 1, limit: 9, jobId: "quiet" })).toEqual([]);
      expect(await log.read({ after: 2, limit: 9, owner: "quiet" })).toEqual([]);
      expect(counts).toEqual({ created: 0, deleted: 0 });
      expect(await log.read({ after: 0, limit: 9, jobId: "quiet" })).toMatchObject([{ sequence: 1 }]);
      expect(await log.read({ after: 0, limit: 9, owner: "quiet" })).toMatchObject([{ sequence: 2 }]);
      await expect.poll(() => counts.created).toBeGreaterThan(1);
    });
  });

  test("are deleted also if there was nothing to read", async () => {
    const { log } = await nodes.openOne();
    await log.append([eventOf("a", 0)]);
    expect(await readAll(log)).toHaveLength(1);
    await log.erase(["somebody"]);
    await counting(async (counts) => {
      expect(await log.read({ after: 1, limit: 9 })).toEqual([]);
      await expect.poll(() => counts.deleted).toBeGreaterThan(0);
    });
  });
});

test("a node that was cut off when events were erased does not remember them", async () => {
  await using pair = await openBehindProxy();
  const { writer, reader, proxy, prefix } = pair;
  await writer.log.append([{ ...eventOf("a", 0), owner: "erased" }, eventOf("b", 1)]);
  expect(await readAll(reader.log)).toHaveLength(2);
  proxy.cutAt(`${prefix}.erased`);
  await writer.log.erase(["erased"]);
  await expect.poll(() => proxy.cuts).toBe(1);
  await writer.log.append([eventOf("b", 2)]);
  const ids = async () => (await readAll(reader.log)).map(({ event }) => event.id);
  await expect.poll(ids).toEqual(["b.1", "b.2"]);
});

test("an event with a result that is too large for the server is in the log without its findings", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-nats-"));
  writeFileSync(join(folder, "nats.conf"), "max_payload: 65536");
  const server = await startNatsServer({ folder, args: ["-c", join(folder, "nats.conf")] });
  const { log, close } = await openJetStream(server.url, { leaseMs, pollMs: 60_000 });
  try {
    const timings = { queueMs: 1, decodeMs: 2, inferenceMs: 3 };
    const faces = Array.from({ length: 10_000 }, () => [1, 2, 3, 4]);
    const large = { ...eventOf("a", 1), data: { index: 1, result: { width: 3, height: 4, timings, faces } } };
    const events = [eventOf("a", 0), large, eventOf("a", 2)];
    await log.append(events);
    const data = { index: 1, result: { width: 3, height: 4, timings }, truncated: true };
    expect((await readAll(log)).map(({ event }) => event)).toEqual([events[0], { ...large, data }, events[2]]);
  } finally {
    await close();
    await server.stop();
  }
});

test("a long page of large events is no more than a busy node takes in time", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-nats-"));
  const monitoring = await freePort();
  // A third of the page. The default is 64 MB. It is more than twice what is fetched at once: a busy server may count a
  // part as pending for a moment after the client has got it and asked for the next.
  writeFileSync(join(folder, "nats.conf"), "max_pending: 10000000");
  const server = await startNatsServer({ folder, args: ["-c", join(folder, "nats.conf"), "-m", String(monitoring)] });
  const { log, close } = await openJetStream(server.url, { leaseMs, pollMs: 60_000 });
  try {
    const text = "x".repeat(100_000);
    const events = Array.from({ length: 300 }, (_, n) => ({ ...eventOf("a", n), data: { text } }));
    await log.append(events);
    expect(await log.read({ after: 0, limit: 300, jobId: "a" })).toHaveLength(300);
    expect(await log.read({ after: 0, limit: 300 })).toHaveLength(300);
    const state = await fetch(`http://127.0.0.1:${monitoring}/varz`);
    expect(await state.json()).toMatchObject({ slow_consumers: 0 });
  } finally {
    await close();
    await server.stop();
  }
});

async function timed<T>(what: string, act: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const result = await act();
  console.log(`${what}: ${(performance.now() - startedAt).toFixed(0)} ms`);
  return result;
}
