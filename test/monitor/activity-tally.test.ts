/** The history of activity: what is counted and stored now and then, and read by hour, day and month. */
import { expect, it } from "vitest";
import { ActivityTally } from "../../lib/monitor/activity-tally.ts";
import { ActivityWindow } from "../../lib/monitor/activity-window.ts";
import { HistoryReader } from "../../lib/monitor/history-reader.ts";
import type { ActivityHistory, ActivityRecord, BucketSeconds } from "../../lib/ports/activity-history.ts";
import { manualClock } from "../support/manual-clock.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const timings = { queueMs: 1, decodeMs: 1, inferenceMs: 2 };

/** In memory, and away as long as it is told to be. */
class MemoryHistory implements ActivityHistory {
  readonly records = new Map<string, ActivityRecord>();
  isAway = false;

  async save(record: ActivityRecord): Promise<void> {
    if (this.isAway) throw new Error("away");
    this.records.set(record.id, structuredClone(record));
  }
  async list(bucketSeconds: BucketSeconds, sinceMs: number): Promise<ActivityRecord[]> {
    return [...this.records.values()].filter((one) => one.bucketSeconds === bucketSeconds && one.savedMs >= sinceMs);
  }
  async sweep(bucketSeconds: BucketSeconds, beforeMs: number): Promise<void> {
    for (const { id } of await this.list(bucketSeconds, 0))
      if ((this.records.get(id)?.savedMs ?? 0) < beforeMs) this.records.delete(id);
  }
}

/** What a gateway tells: some images that are done at the time. */
function counted(timeMs: number, images: number) {
  const window = new ActivityWindow();
  for (let n = 0; n < images; n++) window.count(timeMs, "done", timings);
  window.count(timeMs, "failed");
  return window.buckets;
}

const doneIn = (records: Iterable<ActivityRecord>) =>
  Array.from(records, ({ buckets }) => buckets.reduce((sum, { done }) => sum + done, 0));
const settled = () => new Promise((resolve) => setImmediate(resolve));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

it("stores one record after a pause, again as it grows, and another after an hour", async () => {
  const [history, clock] = [new MemoryHistory(), manualClock()];
  const tally = new ActivityTally(history, { kind: "process", bucketSeconds: 900, onError: () => {}, clock });
  tally.addBuckets(counted(clock.now(), 3));
  expect(history.records.size).toBe(0);
  clock.advance(30_000);
  await settled();
  tally.addBuckets(counted(clock.now(), 2));
  clock.advance(30_000);
  await settled();
  expect(doneIn(history.records.values())).toEqual([5]);
  clock.advance(HOUR_MS);
  tally.addBuckets(counted(clock.now(), 1));
  await tally.close();
  expect(doneIn(history.records.values())).toEqual([5, 1]);
});

it("loses nothing while the storage is away, and tells of it", async () => {
  const [history, clock, errors] = [new MemoryHistory(), manualClock(), [] as unknown[]];
  const tally = new ActivityTally(history, {
    kind: "process",
    bucketSeconds: 10,
    onError: (error) => errors.push(error),
    clock,
  });
  history.isAway = true;
  tally.addBuckets(counted(clock.now(), 3));
  clock.advance(2_000);
  await settled();
  expect(errors).toHaveLength(1);
  history.isAway = false;
  tally.addBuckets(counted(clock.now(), 4));
  clock.advance(5_000);
  await settled();
  expect(doneIn(history.records.values())).toEqual([7]);
});

it("removes records that are shown no more", async () => {
  const [history, clock] = [new MemoryHistory(), manualClock()];
  const tally = new ActivityTally(history, { kind: "process", bucketSeconds: 10, onError: () => {}, clock });
  tally.addBuckets(counted(clock.now(), 1));
  clock.advance(2_000);
  await settled();
  clock.advance(3 * HOUR_MS);
  tally.addBuckets(counted(clock.now(), 2));
  await tally.close();
  expect(doneIn(history.records.values())).toEqual([2]);
});

it("is read in the buckets of the range, of all processes together", async () => {
  const history = new MemoryHistory();
  const now = Date.now();
  for (const [agoMs, images] of [
    [0, 1],
    [3 * HOUR_MS, 2],
    [23 * HOUR_MS, 4],
    [29 * 24 * HOUR_MS, 8],
  ] as const) {
    // Each as another process would, whose clock is at that time.
    const tally = new ActivityTally(history, {
      kind: "process",
      bucketSeconds: 900,
      onError: () => {},
      clock: manualClock(now - agoMs),
    });
    tally.addBuckets(counted(now - agoMs, images));
    await tally.close();
  }
  const hour = new ActivityWindow().view(now);
  const reader = new HistoryReader(history, async () => hour);
  const [day, month] = [await reader.read("day"), await reader.read("month")];
  expect([day.process.done.length, day.bucketSeconds, sum(day.process.done)]).toEqual([96, 900, 7]);
  expect([month.process.done.length, month.bucketSeconds, sum(month.process.done)]).toEqual([360, 7200, 15]);
  expect(sum(month.process.failed)).toBe(4);
  expect(sum(month.jobs.done)).toBe(0);
  expect(month.process.p50Ms.filter((value) => value !== null)).toHaveLength(4);
  // That of now, which may be the last but one by the time it is read.
  expect(month.process.p95Ms.findLast((value) => value !== null)).toBeCloseTo(4, 1);
  // The hour of jobs is that of the event log, in the same buckets.
  const last = await reader.read("hour");
  expect(last).toMatchObject({ from: hour.from, jobs: hour.buckets });
  expect(last.process.done).toHaveLength(360);
});
