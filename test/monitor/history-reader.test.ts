/** The history of a large cluster. */
import { afterEach, expect, it, vi } from "vitest";
import { HistoryReader } from "../../lib/monitor/history-reader.ts";
import type { ActivityRecord, BucketSeconds } from "../../lib/ports/activity-history.ts";

/** Of about 130 processes over a month. */
const RECORDS = 200_000;

afterEach(() => {
  vi.useRealTimers();
});

it("is read once for all who ask meanwhile, and again half a second after a failure, by a clock of the test", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const reads: PromiseWithResolvers<ActivityRecord[]>[] = [];
  const history = {
    save: async () => {},
    sweep: async () => {},
    list() {
      const read = Promise.withResolvers<ActivityRecord[]>();
      reads.push(read);
      return read.promise;
    },
  };
  const reader = new HistoryReader(history, () => Promise.reject(new Error("Not asked.")));
  const first = reader.read("day");
  vi.advanceTimersByTime(11_000);
  const second = reader.read("day");
  expect(reads).toHaveLength(1);
  reads[0]?.reject(new Error("The store is away."));
  for (const answer of [first, second, reader.read("day")]) await expect(answer).rejects.toThrow("away");
  vi.advanceTimersByTime(501);
  const third = reader.read("day");
  expect(reads).toHaveLength(2);
  reads[1]?.resolve([]);
  expect(await third).toMatchObject({ range: "day" });
  vi.advanceTimersByTime(9_000);
  await reader.read("day");
  expect(reads).toHaveLength(2);
  vi.advanceTimersByTime(2_000);
  const fourth = reader.read("day");
  expect(reads).toHaveLength(3);
  reads[2]?.resolve([]);
  await fourth;
});

it("is read again, however many records there are", async () => {
  const savedMs = Date.now() - 1000;
  const records = Array.from({ length: RECORDS }, (_, n): ActivityRecord => {
    return { id: String(n), kind: "process", bucketSeconds: 900, savedMs, buckets: [] };
  });
  const asked: number[] = [];
  const history = {
    save: async () => {},
    sweep: async () => {},
    async list(_bucketSeconds: BucketSeconds, sinceMs: number) {
      asked.push(sinceMs);
      return records.filter((record) => record.savedMs >= sinceMs);
    },
  };
  const reader = new HistoryReader(history, () => Promise.reject(new Error("Not asked.")));
  await reader.read("day");
  expect(await reader.read("month")).toMatchObject({ range: "month" });
  // Only those that were saved since, but for clocks that differ.
  expect(asked[1]).toBe(savedMs - 60_000);
});
