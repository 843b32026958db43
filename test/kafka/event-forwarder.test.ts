/** The log copied to a sink, with real stores and a sink that the test breaks. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteEventLog } from "../../lib/backends/sqlite/event-log.ts";
import { SqliteReaderPositions } from "../../lib/backends/sqlite/reader-positions.ts";
import type { SequencedEvent } from "../../lib/jobs/events.ts";
import { EventForwarder, type EventForwarderOptions } from "../../lib/kafka/event-forwarder.ts";
import type { EventSink } from "../../lib/ports/event-sink.ts";
import { eventOf } from "../ports/sample-events.ts";
import { manualClock } from "../support/manual-clock.ts";

const stops: (() => unknown)[] = [];
let log: SqliteEventLog;
let positions: SqliteReaderPositions;
let clock: ReturnType<typeof manualClock>;
let errors: unknown[];
let restarts: number;

async function open() {
  const folder = mkdtempSync(join(tmpdir(), "sightline-forwarder-"));
  const database = await Database.open({ folder });
  stops.push(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });
  return database;
}

beforeEach(async () => {
  const database = await open();
  log = new SqliteEventLog(database);
  positions = new SqliteReaderPositions(database);
  clock = manualClock();
  errors = [];
  restarts = 0;
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Keeps what it gets; fails as often as it is told, the first half of the page kept. */
class Sink implements EventSink {
  readonly pages: SequencedEvent[][] = [];
  failures = 0;
  isClosed = false;
  onPublish: () => Promise<unknown> = async () => {};

  async publish(events: readonly SequencedEvent[]): Promise<void> {
    await this.onPublish();
    const isFailing = this.failures-- > 0;
    this.pages.push(isFailing ? events.slice(0, events.length / 2) : [...events]);
    if (isFailing) throw new Error("away");
  }

  onClose: () => Promise<unknown> = async () => {};

  async close(): Promise<void> {
    this.isClosed = true;
    await this.onClose();
  }

  get ids(): string[] {
    return this.pages.flat().map(({ id }) => id);
  }
}

function start(sink: Sink, changes: Partial<EventForwarderOptions> = {}): EventForwarder {
  const forwarder = new EventForwarder({
    log,
    positions,
    sink,
    reader: "test",
    onForwarded: () => {},
    onStandBy: () => {},
    onRestart: () => restarts++,
    onError: (error) => errors.push(error),
    retryDelayMs: 1_000,
    clock,
    ...changes,
  });
  stops.push(() => forwarder.close());
  return forwarder;
}

const events = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => eventOf("a", from + n));
const owned = (owner: string, from: number, to: number) => events(from, to).map((event) => ({ ...event, owner }));
const ids = (from: number, to: number) => events(from, to).map(({ id }) => id);

describe("the forwarder", () => {
  it("copies what there is and what comes, in pages, and knows its lag", async () => {
    await log.append(events(0, 1_100));
    const sink = new Sink();
    const forwarder = start(sink);
    expect(await forwarder.lag()).toBeGreaterThan(0);
    await expect.poll(() => sink.ids).toEqual(ids(0, 1_100));
    expect(sink.pages.map(({ length }) => length)).toEqual([500, 500, 100]);
    expect(sink.pages[0]?.[0]).toMatchObject({ sequence: "1", sequencetype: "Integer" });
    await log.append(events(1_100, 1_103));
    await expect.poll(() => sink.ids).toEqual(ids(0, 1_103));
    await expect.poll(() => forwarder.lag()).toBe(0);
    await forwarder.close();
    expect(sink.isClosed).toBe(true);
    const again = new Sink();
    await log.append(events(1_103, 1_104));
    start(again);
    await expect.poll(() => again.ids).toEqual(ids(1_103, 1_104));
  });

  it("repeats a page that failed, after a pause, and goes on", async () => {
    await log.append(events(0, 4));
    const sink = new Sink();
    sink.failures = 2;
    const forwarder = start(sink);
    for (let n = 1; n <= 2; n++) {
      await expect.poll(() => clock.waits()).toEqual([1_000]);
      expect(errors).toHaveLength(n);
      expect(await forwarder.lag()).toBe(4);
      clock.advance(1_000);
    }
    await expect.poll(() => sink.ids).toEqual([...ids(0, 2), ...ids(0, 2), ...ids(0, 4)]);
    await expect.poll(() => forwarder.lag()).toBe(0);
  });

  it("leaves the work to the node that leads, and takes it over where that has stored its position", async () => {
    await log.append(events(0, 3));
    let leader = "first";
    const lease = (node: string) => ({ isLeader: async () => leader === node, release: async () => {} });
    const [first, second] = [new Sink(), new Sink()];
    start(first, { lease: lease("first") });
    start(second, { lease: lease("second") });
    await expect.poll(() => first.ids).toEqual(ids(0, 3));
    expect(second.pages).toEqual([]);
    leader = "second";
    await log.append(events(3, 5));
    const taken = () => {
      clock.advance(1_000);
      return second.ids;
    };
    await expect.poll(taken).toEqual(ids(3, 5));
    expect(first.ids).toEqual(ids(0, 3));
  });

  it("does not move the position back when another node has overtaken it", async () => {
    await log.append(events(0, 3));
    const [slow, quick] = [new Sink(), new Sink()];
    const released = Promise.withResolvers<void>();
    slow.onPublish = () => released.promise;
    start(slow);
    // As a node that was stopped for so long that its lease went to another.
    const other = start(quick);
    await expect.poll(() => other.lag()).toBe(0);
    await log.append(events(3, 5));
    await expect.poll(() => quick.ids).toEqual(ids(0, 5));
    await expect.poll(() => other.lag()).toBe(0);
    released.resolve();
    await expect.poll(() => slow.ids).toEqual(ids(0, 3));
    expect(await other.lag()).toBe(0);
    await log.append(events(5, 6));
    await expect.poll(() => quick.ids.length + slow.ids.length).toBeGreaterThanOrEqual(9);
    await expect.poll(() => other.lag()).toBe(0);
    expect(errors).toEqual([]);
  });

  it("copies a log that was restored from a backup from its beginning", async () => {
    await log.append(events(0, 5));
    const sink = new Sink();
    const forwarder = start(sink);
    await expect.poll(() => forwarder.lag()).toBe(0);
    await forwarder.close();
    const restored = new SqliteEventLog(await open());
    await restored.append(events(0, 3));
    const again = new Sink();
    start(again, { log: restored });
    await expect.poll(() => again.ids).toEqual(ids(0, 3));
    expect(restarts).toBe(1);
    await restored.append(events(3, 4));
    await expect.poll(() => again.ids).toEqual(ids(0, 4));
    expect(restarts).toBe(1);
  });

  it("tells once that it begins anew, however often its first page fails", async () => {
    await log.append(events(0, 5));
    const forwarder = start(new Sink());
    await expect.poll(() => forwarder.lag()).toBe(0);
    await forwarder.close();
    const restored = new SqliteEventLog(await open());
    await restored.append(events(0, 3));
    const sink = new Sink();
    sink.failures = 2;
    start(sink, { log: restored });
    for (let n = 1; n <= 2; n++) {
      await expect.poll(() => errors).toHaveLength(n);
      await expect.poll(() => clock.waits()).toEqual([1_000]);
      clock.advance(1_000);
    }
    await expect.poll(() => sink.pages.at(-1)).toHaveLength(3);
    await expect.poll(() => positions.get("test")).toMatch(/^3-/);
    expect(restarts).toBe(1);
  });

  it("notices a log that has grown past its position since it was restored", async () => {
    await log.append(events(0, 3));
    const forwarder = start(new Sink());
    await expect.poll(() => forwarder.lag()).toBe(0);
    await forwarder.close();
    const restored = new SqliteEventLog(await open());
    await restored.append([...events(0, 1), ...events(10, 15)]);
    const again = new Sink();
    start(again, { log: restored });
    await expect.poll(() => again.ids).toEqual([...ids(0, 1), ...ids(10, 15)]);
    expect(restarts).toBe(1);
  });

  it("has no lag when what it has not copied was erased", async () => {
    await log.append(events(0, 2));
    const sink = new Sink();
    const forwarder = start(sink);
    await expect.poll(() => forwarder.lag()).toBe(0);
    sink.failures = 1;
    await log.append([...owned("erased", 2, 5), ...owned("kept", 5, 7)]);
    await expect.poll(() => errors.length).toBe(1);
    expect(await forwarder.lag()).toBe(5);
    await log.erase(["kept"]);
    await log.erase(["erased"]);
    clock.advance(1_000);
    expect(await forwarder.lag()).toBe(0);
  });

  it("is closed with a sink that does not answer, and copies later what that has not confirmed", async () => {
    await log.append(events(0, 2));
    const stuck = new Sink();
    const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    stuck.onPublish = () => {
      begun.resolve();
      return released.promise;
    };
    // As a connection does while a request is being written to it.
    stuck.onClose = () => released.promise;
    const forwarder = start(stuck);
    stops.push(released.resolve);
    await begun.promise;
    const closing = forwarder.close();
    await expect.poll(() => clock.waits()).toEqual([5_000]);
    expect(stuck.isClosed).toBe(false);
    clock.advance(5_000);
    await closing;
    expect(stuck.isClosed).toBe(true);
    const sink = new Sink();
    start(sink);
    await expect.poll(() => sink.ids).toEqual(ids(0, 2));
  });

  it("is closed with its sink away, at once", async () => {
    await log.append(events(0, 1));
    const sink = new Sink();
    sink.failures = Number.POSITIVE_INFINITY;
    const forwarder = start(sink);
    await expect.poll(() => errors.length).toBe(1);
    await forwarder.close();
    expect(sink.isClosed).toBe(true);
    expect(clock.waits()).toEqual([]);
  });
});
