/** The history of a large cluster. */
import { expect, it } from "vitest";
import { HistoryReader } from "../../lib/monitor/history-reader.ts";
import type { ActivityRecord, BucketSeconds } from "../../lib/ports/activity-history.ts";

/** Of about 130 processes over a month. */
const RECORDS = 200_000;

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
