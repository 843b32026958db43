/** What a gateway counts of its requests, and tells those that keep the history. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Caller } from "../../lib/contracts/action.ts";
import { ProcessActivity } from "../../lib/monitor/process-activity.ts";
import type { ActivityBucket } from "../../lib/ports/activity-store.ts";

const HOUR_OF_BUCKETS = 360;
const BUCKET_MS = 10_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it("keeps the newest hour while nobody takes it, though images come while it is told", async () => {
  const told: ActivityBucket[][] = [];
  let refuse: (() => void) | undefined;
  const caller = {
    call: (_action: string, { buckets }: { buckets: ActivityBucket[] }) => {
      told.push(buckets);
      return new Promise<void>((_resolve, reject) => {
        refuse = () => reject(new Error("nobody is there"));
      });
    },
  };
  const activity = new ProcessActivity(caller as unknown as Caller);
  const count = () => activity.counted(Promise.resolve({ timings: { queueMs: 0, decodeMs: 0, inferenceMs: 1 } }));
  for (let n = 0; n < 2 * HOUR_OF_BUCKETS; n++) {
    await count();
    refuse?.();
    await vi.advanceTimersByTimeAsync(BUCKET_MS);
  }
  const next = Math.floor(Date.now() / BUCKET_MS);
  const hour = Array.from({ length: HOUR_OF_BUCKETS }, (_, n) => next - HOUR_OF_BUCKETS + n);
  expect(told.at(-1)?.map(({ number }) => number)).toEqual(expect.arrayContaining(hour));
});
