import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ActivitySegment, ActivityStore } from "../../lib/ports/activity-store.ts";
import type { Opened } from "./opened.ts";

export function activityStoreConformance(name: string, open: () => Promise<Opened<ActivityStore>>): void {
  describe(`ActivityStore: ${name}`, () => {
    let opened: Opened<ActivityStore>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    const segment = (id: string, savedMs: number, last = 10): ActivitySegment => ({
      id,
      ranges: [
        [0, 5],
        [7, last],
      ],
      oldestMs: 1_700_000_000_000,
      newestMs: 1_700_000_010_000,
      savedMs,
      buckets: [{ number: 170_000_000, done: 3, failed: 1, retried: 0, latency: [640, 2, 700, 1] }],
    });

    test("keeps segments, each as it was saved last", async () => {
      const store = opened.port;
      expect(await store.list(0)).toEqual([]);
      await store.save(segment("a", 1_000));
      await store.save(segment("b", 2_000));
      await store.save(segment("a", 3_000, 20));
      expect((await store.list(2_000)).sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([
        segment("a", 3_000, 20),
        segment("b", 2_000),
      ]);
      const again = await opened.reopen();
      expect(await again.list(2_001)).toEqual([segment("a", 3_000, 20)]);
    });

    test("removes those that were not saved for long", async () => {
      const store = opened.port;
      for (const [id, savedMs] of [
        ["a", 1_000],
        ["b", 2_000],
        ["c", 3_000],
      ] as const)
        await store.save(segment(id, savedMs));
      await store.sweep(2_000);
      await store.sweep(2_000);
      expect((await store.list(0)).map(({ id }) => id).sort()).toEqual(["b", "c"]);
    });
  });
}
