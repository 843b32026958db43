import { afterEach, expect, it, vi } from "vitest";
import { pause } from "../../client/pause.ts";

afterEach(() => vi.useRealTimers());

it("lasts also where it is longer than timers can be", async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  let isOver = false;
  // As a proxy may ask for: 30 days.
  const pausing = pause(30 * 24 * 3_600_000, stop.signal).finally(() => {
    isOver = true;
  });
  await vi.advanceTimersByTimeAsync(24 * 3_600_000);
  expect(isOver).toBe(false);
  stop.abort(new Error("stopped"));
  await expect(pausing).rejects.toThrow("stopped");
});
