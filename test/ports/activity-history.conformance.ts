import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ActivityHistory, ActivityRecord, BucketSeconds } from "../../lib/ports/activity-history.ts";
import type { Opened } from "./opened.ts";

export function activityHistoryConformance(name: string, open: () => Promise<Opened<ActivityHistory>>): void {
  describe(`ActivityHistory: ${name}`, () => {
    let opened: Opened<ActivityHistory>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const record = (id: string, bucketSeconds: BucketSeconds, savedMs: number, done = 3): ActivityRecord => ({
      id,
      kind: "process",
      bucketSeconds,
      savedMs,
      buckets: [{ number: 1_900_000, done, failed: 1, retried: 0, latency: [640, 2, 700, 1] }],
    });

    test("keeps records of each length of bucket, each as it was saved last", async () => {
      const history = opened.port;
      expect(await history.list(900, 0)).toEqual([]);
      await history.save(record("a", 900, 1_000));
      await history.save(record("b", 10, 2_000));
      await history.save(record("a", 900, 3_000, 20));
      await history.save(record("c", 900, 2_000));
      expect(await history.list(10, 0)).toEqual([record("b", 10, 2_000)]);
      expect(await history.list(900, 2_001)).toEqual([record("a", 900, 3_000, 20)]);
      const again = await opened.reopen();
      expect((await again.list(900, 0)).map(({ id }) => id).sort()).toEqual(["a", "c"]);
    });

    test("removes those of a length that were not saved for long", async () => {
      const history = opened.port;
      await history.save(record("a", 900, 1_000));
      await history.save(record("b", 900, 2_000));
      await history.save(record("c", 10, 1_000));
      await history.sweep(900, 2_000);
      expect((await history.list(900, 0)).map(({ id }) => id)).toEqual(["b"]);
      expect((await history.list(10, 0)).map(({ id }) => id)).toEqual(["c"]);
    });
  });
}
