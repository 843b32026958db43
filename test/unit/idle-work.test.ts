import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { IdleWork } from "../../lib/vision/idle-work.ts";

describe("idle work", () => {
  let runs: number[];
  let isIdle: boolean;
  let work: IdleWork;
  beforeEach(() => {
    vi.useFakeTimers();
    runs = [];
    isIdle = true;
    const startedAt = performance.now();
    work = new IdleWork({
      idleMs: 2000,
      everyMs: 10_000,
      isIdle: () => isIdle,
      run: async () => void runs.push(performance.now() - startedAt),
    });
  });
  afterEach(() => {
    work.close();
    vi.useRealTimers();
  });

  it("is done once after activity, when that is over", () => {
    vi.advanceTimersByTime(1000);
    for (let time = 0; time < 5; time++) {
      work.noteActivity();
      vi.advanceTimersByTime(1000);
    }
    expect(runs).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(runs).toEqual([7000]);
  });

  it("waits until what is in work has ended", () => {
    isIdle = false;
    work.noteActivity();
    vi.advanceTimersByTime(11_000);
    isIdle = true;
    vi.advanceTimersByTime(60_000);
    expect(runs).toEqual([12_000]);
  });

  it("is not done again soon", () => {
    for (let time = 0; time < 5; time++) {
      work.noteActivity();
      vi.advanceTimersByTime(3000);
    }
    vi.advanceTimersByTime(60_000);
    expect(runs).toEqual([2000, 12_000, 22_000]);
  });

  it("is not done after the end", () => {
    work.noteActivity();
    work.close();
    work.noteActivity();
    vi.advanceTimersByTime(60_000);
    expect(runs).toEqual([]);
  });
});
