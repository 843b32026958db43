/** The activity of the last hour, from what was counted and, where nobody counted, from the log. */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CloudEvent } from "../../lib/jobs/events.ts";
import { completeImage, createImage, failImage, startAttempt } from "../../lib/jobs/transitions.ts";
import { ActivityReader } from "../../lib/monitor/activity-reader.ts";
import { ActivityRecorder } from "../../lib/monitor/activity-recorder.ts";
import { ActivityWindow } from "../../lib/monitor/activity-window.ts";
import { joined, newestGap, overlap } from "../../lib/monitor/sequence-ranges.ts";
import type { ActivitySegment, ActivityStore } from "../../lib/ports/activity-store.ts";
import type { EventPageRequest, LoggedEvent } from "../../lib/ports/event-log.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { problem, result } from "../ports/sample-jobs.ts";
import { Random } from "../support/random.ts";

/** Events read before an answer. */
const READ_AT_ONCE = 2_000;

const image = createImage("job", 0, 0, { fileName: null, sha256: "a".repeat(64), bytes: 1 });
const running = startAttempt(image, "2026-01-01T00:00:00.000Z").next;

/** An image's event at a time before now. */
function eventAt(secondsAgo: number, outcome: "done" | "failed" | "running" = "done", inferenceMs = 4): CloudEvent {
  const now = new Date(Date.now() - secondsAgo * 1000).toISOString();
  const timings = { queueMs: 0, decodeMs: 0, inferenceMs };
  if (outcome === "running") return startAttempt(image, now).events[0] as CloudEvent;
  if (outcome === "failed") return failImage(running, problem, false, now).events[0] as CloudEvent;
  return completeImage(running, { ...result, timings }, now).events[0] as CloudEvent;
}

/** A log in memory, and the counted activity. */
class Stored {
  events: LoggedEvent[] = [];
  last = 0;
  readCount = 0;
  readonly segments = new Map<string, ActivitySegment>();
  readonly activity: ActivityStore = {
    save: async (segment) => void this.segments.set(segment.id, JSON.parse(JSON.stringify(segment))),
    list: async (sinceMs) =>
      [...this.segments.values()]
        .filter(({ savedMs }) => savedMs >= sinceMs)
        .map((segment) => JSON.parse(JSON.stringify(segment))),
    sweep: async () => {},
  };
  readonly log = {
    read: async ({ after, limit }: EventPageRequest) => {
      const page = this.events.filter(({ sequence }) => sequence > after).slice(0, limit);
      this.readCount += page.length;
      return page;
    },
    lastSequence: async () => this.last,
  };

  append(...events: CloudEvent[]) {
    const after = this.last;
    for (const event of events) this.events.push({ sequence: ++this.last, event });
    return { after, events };
  }

  /** Appends the events and counts them. */
  async count(...events: CloudEvent[]): Promise<void> {
    const recorder = new ActivityRecorder(this.activity, fail);
    recorder.add(this.append(...events));
    await recorder.close();
  }
}

function fail(error: unknown): never {
  throw error;
}

const readers: ActivityReader[] = [];
function reader(stored: Stored): ActivityReader {
  const opened = new ActivityReader(stored);
  readers.push(opened);
  return opened;
}
afterEach(() => Promise.all(readers.splice(0).map((opened) => opened.close())));

async function lastHour(of: ActivityReader) {
  await of.catchUp(Date.now());
  return of.view(Date.now()).lastHour;
}

const many = (count: number, fromSecondsAgo: number, toSecondsAgo: number) =>
  Array.from({ length: count }, (_, n) => eventAt(fromSecondsAgo + ((toSecondsAgo - fromSecondsAgo) * n) / count));
const done = (count: number) => ({ done: count, failed: 0, retried: 0 });

describe("the activity that was counted", () => {
  it("needs no event from the log", async () => {
    const stored = new Stored();
    await stored.count(...many(3_000, 3_000, 30), eventAt(20, "running"), eventAt(10, "failed"));
    await stored.count(eventAt(9), eventAt(8));
    const read = reader(stored);
    expect(await lastHour(read)).toEqual({ done: 3_002, failed: 1, retried: 0 });
    expect(read.completeSinceMs).toBeLessThan(Date.now() - 3_599_000);
    expect(stored.readCount).toBe(0);
  });

  it("is the same as if the events had been read, in each bucket", async () => {
    const events = many(2_000, 3_500, 0).map((event, n) => (n % 7 === 0 ? eventAt(n, "failed") : event));
    const [counted, read, window] = [new Stored(), new Stored(), new ActivityWindow()];
    await counted.count(...events);
    read.append(...events);
    for (const event of events) window.add(event);
    const now = Date.now();
    for (const stored of [counted, read]) {
      const of = reader(stored);
      await of.catchUp(now);
      expect(of.view(now)).toEqual(window.view(now));
    }
  });

  it("is stored while it is counted, by several who append in turn, and goes on with each", async () => {
    const stored = new Stored();
    const recorders = [new ActivityRecorder(stored.activity, fail), new ActivityRecorder(stored.activity, fail)];
    const read = reader(stored);
    for (let round = 0; round < 50; round++)
      recorders[round % 2]?.add(stored.append(eventAt(100 - round), eventAt(100 - round, "running")));
    await expect.poll(() => stored.segments.size).toBe(2);
    expect(await lastHour(read)).toEqual(done(50));
    recorders[0]?.add(stored.append(eventAt(1)));
    await Promise.all(recorders.map((recorder) => recorder.close()));
    expect(await lastHour(read)).toEqual(done(51));
    expect(stored.segments.size).toBe(2);
    expect(stored.readCount).toBe(0);
  });

  it("is read anew though it was stored twice within a millisecond", async () => {
    const stored = new Stored();
    const storedAt = Date.now();
    const recorder = new ActivityRecorder(stored.activity, fail, { ...systemClock, now: () => storedAt });
    const read = reader(stored);
    recorder.add(stored.append(eventAt(3)));
    await expect.poll(() => stored.segments.size).toBe(1);
    expect(await lastHour(read)).toEqual(done(1));
    recorder.add(stored.append(eventAt(2)));
    await recorder.close();
    expect(await lastHour(read)).toEqual(done(2));
    expect(stored.readCount).toBe(0);
  });

  it("is saved later if it cannot be saved now", async () => {
    const stored = new Stored();
    const errors: unknown[] = [];
    const { save } = stored.activity;
    const store = { ...stored.activity, save: vi.fn(save).mockRejectedValueOnce(new Error("away")) };
    const recorder = new ActivityRecorder(store, (error) => errors.push(error));
    recorder.add(stored.append(eventAt(3)));
    await expect.poll(() => errors.length).toBe(1);
    recorder.add(stored.append(eventAt(2)));
    await recorder.close();
    expect(await lastHour(reader(stored))).toEqual(done(2));
    expect(stored.readCount).toBe(0);
  });
});

describe("events that nobody has counted", () => {
  it("are read at once if they are few, as after a crash", async () => {
    const stored = new Stored();
    await stored.count(...many(50, 900, 600));
    stored.append(...many(300, 500, 100));
    await stored.count(eventAt(5));
    stored.append(...many(200, 4, 1));
    const read = reader(stored);
    expect(await lastHour(read)).toEqual(done(551));
    expect(stored.readCount).toBe(500);
    expect(read.completeSinceMs).toBeLessThan(Date.now() - 3_599_000);
    // Each of them once.
    expect(await lastHour(read)).toEqual(done(551));
    expect(stored.readCount).toBe(500);
  });

  it("are read in the background if they are many, the newest first", async () => {
    const stored = new Stored();
    stored.append(...many(20_000, 3_000, 100));
    const madeAt = Date.now();
    await stored.count(eventAt(50));
    const read = reader(stored);
    const first = await lastHour(read);
    expect(first.done).toBeGreaterThan(READ_AT_ONCE);
    expect(first.done).toBeLessThan(2 * READ_AT_ONCE);
    // 290 s of the log.
    expect(madeAt - read.completeSinceMs).toBeGreaterThan(380_000);
    expect(madeAt - read.completeSinceMs).toBeLessThan(400_000);
    await expect.poll(() => lastHour(read)).toEqual(done(20_001));
    expect(read.completeSinceMs).toBeLessThan(Date.now() - 3_599_000);
    expect(stored.readCount).toBe(20_000);
  });

  it("are left alone if they are older than an hour, however many there are", async () => {
    const stored = new Stored();
    stored.append(...many(5_000, 9_000, 4_000));
    const read = reader(stored);
    expect(await lastHour(read)).toEqual(done(0));
    expect(read.completeSinceMs).toBeLessThan(Date.now() - 3_599_000);
    await stored.count(eventAt(5));
    expect(await lastHour(read)).toEqual(done(1));
    expect(stored.readCount).toBeLessThanOrEqual(500);
  });

  it("are left for a moment to those who count them, and are not counted twice when they do so late", async () => {
    const stored = new Stored();
    await stored.count(eventAt(10));
    const read = reader(stored);
    expect(await lastHour(read)).toEqual(done(1));
    const recorder = new ActivityRecorder(stored.activity, fail);
    recorder.add(stored.append(eventAt(2), eventAt(1)));
    expect(await lastHour(read)).toEqual(done(1));
    expect(stored.readCount).toBe(0);
    await recorder.close();
    expect(await lastHour(read)).toEqual(done(3));

    const late = new ActivityRecorder(stored.activity, fail);
    const { save } = stored.activity;
    const saving = Promise.withResolvers<void>();
    stored.activity.save = (segment) => saving.promise.then(() => save(segment));
    late.add(stored.append(eventAt(2), eventAt(1)));
    stored.append(eventAt(0));
    await expect.poll(() => lastHour(read)).toEqual(done(6));
    saving.resolve();
    await late.close();
    await expect.poll(() => lastHour(read)).toEqual(done(6));
    expect(await lastHour(reader(stored))).toEqual(done(6));
  });

  it("may have been erased, or have expired", async () => {
    const stored = new Stored();
    stored.append(...many(10_000, 3_000, 1_000));
    await stored.count(eventAt(900));
    stored.append(...many(3_000, 800, 500));
    stored.events = stored.events.filter(
      ({ sequence }) => sequence > 9_000 && (sequence < 10_500 || sequence > 12_500),
    );
    const read = reader(stored);
    await expect.poll(() => lastHour(read)).toEqual(done(1_000 + 1 + 999));
    expect(read.completeSinceMs).toBeLessThan(Date.now() - 3_599_000);
    expect(stored.readCount).toBeLessThan(5_000);
  });

  it("are counted anew when the log was lost and begins anew", async () => {
    const stored = new Stored();
    stored.append(...many(10, 300, 200));
    const read = reader(stored);
    expect(await lastHour(read)).toEqual(done(10));
    [stored.events, stored.last] = [[], 0];
    stored.append(...many(3, 100, 0));
    expect(await lastHour(read)).toEqual(done(3));
  });
});

describe("a clock that is set back", () => {
  const HOURS_MS = 2 * 3_600_000;

  it("is followed: what was counted since need not be read from the log", async () => {
    const stored = new Stored();
    await stored.count(eventAt(5));
    const read = reader(stored);
    await read.catchUp(Date.now());
    const backMs = Date.now() - HOURS_MS;
    const recorder = new ActivityRecorder(stored.activity, fail, { ...systemClock, now: () => backMs });
    recorder.add(stored.append(eventAt(HOURS_MS / 1000 + 1), eventAt(HOURS_MS / 1000 + 2)));
    await recorder.close();
    await expect
      .poll(async () => {
        await read.catchUp(backMs);
        return read.view(backMs).lastHour;
      })
      .toEqual(done(2));
    expect(stored.readCount).toBe(0);
  });

  it("after it was ahead, does not hide the hour that was there before", async () => {
    const stored = new Stored();
    await stored.count(...many(10, 300, 200));
    stored.append(...many(5, 100, 50));
    const read = reader(stored);
    expect(await lastHour(read)).toEqual(done(15));
    await read.catchUp(Date.now() + HOURS_MS);
    expect(await lastHour(read)).toEqual(done(15));
  });
});

describe("any order of appending, counting, crashes and looks", () => {
  it.each([1, 2, 3, 4, 5])("comes to what happened (%i)", async (seed) => {
    const random = new Random(seed);
    const stored = new Stored();
    let recorders = [0, 1, 2].map(() => new ActivityRecorder(stored.activity, fail));
    const read = reader(stored);
    let count = 0;
    for (let step = 0; step < 300; step++) {
      const appended = many(random.integer(1, 40), 3_000 - 9 * step, 2_999 - 9 * step);
      count += appended.length;
      const place = random.integer(0, 3);
      const known = stored.append(...appended);
      // The fourth is of a version that does not count.
      recorders[place]?.add(known);
      if (random.chance(0.1)) await recorders[place]?.close();
      if (random.chance(0.05))
        recorders = recorders.with(random.integer(0, 2), new ActivityRecorder(stored.activity, () => {}));
      if (random.chance(0.1)) await lastHour(read);
    }
    await expect.poll(() => lastHour(read)).toEqual(done(count));
    const later = reader(stored);
    await expect.poll(() => lastHour(later)).toEqual(done(count));
  });
});

describe("ranges of sequences", () => {
  it("have gaps, of which the newest is found", () => {
    const covered = joined([
      [4, 6],
      [0, 2],
      [6, 8],
      [10, 12],
    ]);
    expect(covered).toEqual([
      [0, 2],
      [4, 8],
      [10, 12],
    ]);
    expect(newestGap([0, 14], covered)).toEqual([12, 14]);
    expect(newestGap([0, 12], covered)).toEqual([8, 10]);
    expect(newestGap([0, 11], covered)).toEqual([8, 10]);
    expect(newestGap([0, 9], covered)).toEqual([8, 9]);
    expect(newestGap([0, 8], covered)).toEqual([2, 4]);
    expect(newestGap([3, 8], covered)).toEqual([3, 4]);
    expect(newestGap([4, 8], covered)).toBeUndefined();
    expect(newestGap([5, 7], covered)).toBeUndefined();
    expect(newestGap([0, 2], covered)).toBeUndefined();
    expect(newestGap([0, 0], [])).toBeUndefined();
    expect(newestGap([9, 9], covered)).toBeUndefined();
    expect(overlap([[2, 4]], covered)).toBe(false);
    expect(overlap([[2, 5]], covered)).toBe(true);
    expect(overlap([[7, 8]], covered)).toBe(true);
  });
});
