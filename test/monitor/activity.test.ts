/** The last hour as it is computed from events. */
import { describe, expect, it } from "vitest";
import type { CloudEvent } from "../../lib/jobs/events.ts";
import { completeImage, createImage, failImage, releaseImage, startAttempt } from "../../lib/jobs/transitions.ts";
import { ActivityWindow } from "../../lib/monitor/activity-window.ts";
import { LatencyHistogram } from "../../lib/monitor/latency-histogram.ts";
import { problem, result } from "../ports/sample-jobs.ts";

const NOW = Date.parse("2026-01-02T12:00:04.000Z");
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

const image = createImage("job", 0, 0, { fileName: null, sha256: "a".repeat(64), bytes: 1 });
const running = startAttempt(image, at(0)).next;
const eventOf = (transition: { events: readonly CloudEvent[] }) => transition.events[0] as CloudEvent;
const done = (secondsAgo: number, inferenceMs = 4) =>
  eventOf(completeImage(running, { ...result, timings: { queueMs: 0, decodeMs: 0, inferenceMs } }, at(secondsAgo)));
const failed = (secondsAgo: number) => eventOf(failImage(running, problem, false, at(secondsAgo)));
const retried = (secondsAgo: number) => eventOf(releaseImage(running, problem, at(secondsAgo)));

describe("a histogram of latencies", () => {
  it("is within 1 % of the percentile, for durations of all sizes", () => {
    for (const scale of [0.1, 3, 100, 4_000]) {
      const histogram = new LatencyHistogram();
      for (let step = 1; step <= 1000; step++) histogram.add((scale * step) / 100);
      for (const share of [0.5, 0.95, 0.99]) {
        const exact = scale * 10 * share;
        expect(Math.abs((histogram.percentile(share) ?? 0) - exact) / exact).toBeLessThan(0.01);
      }
    }
  });

  it("gives the nearest rank of few durations", () => {
    for (let count = 1; count <= 40; count++) {
      const histogram = new LatencyHistogram();
      for (let step = 1; step <= count; step++) histogram.add(step / 10);
      for (const share of [0.5, 0.95])
        expect(histogram.percentile(share)).toBeCloseTo(Math.ceil(share * count) / 10, 1);
    }
  });

  it("adds up what several have counted", () => {
    const [first, second] = [new LatencyHistogram(), new LatencyHistogram()];
    first.add(1);
    second.add(2);
    second.add(4);
    first.merge(second);
    expect([0.3, 0.6, 1].map((share) => first.percentile(share))).toEqual([1, 2, expect.closeTo(4, 1)]);
  });

  it("is the same after it was stored", () => {
    const histogram = new LatencyHistogram();
    for (let step = 1; step <= 1000; step++) histogram.add(step ** 1.5);
    const stored = new LatencyHistogram(JSON.parse(JSON.stringify(histogram)));
    for (const share of [0.1, 0.5, 0.99, 1]) expect(stored.percentile(share)).toBe(histogram.percentile(share));
  });

  it("knows nothing where nothing was counted, and takes what is out of its range", () => {
    const histogram = new LatencyHistogram();
    expect(histogram.percentile(0.5)).toBe(null);
    histogram.add(0);
    expect(histogram.percentile(1)).toBeLessThan(0.1);
    histogram.add(1e9);
    expect(histogram.percentile(1)).toBeGreaterThan(50_000);
    histogram.add(Number.POSITIVE_INFINITY);
    histogram.add(Number.NaN);
    expect(histogram.percentile(0.3)).toBeLessThan(0.1);
  });
});

describe("the window", () => {
  it("counts images in the bucket in which they were over", () => {
    const window = new ActivityWindow();
    for (const event of [
      done(0),
      done(3),
      done(5),
      failed(3600 - 10),
      retried(30),
      done(3700),
      eventOf(startAttempt(image, at(0))),
    ])
      window.add(event);
    const { buckets, lastHour, bucketSeconds, from } = window.view(NOW);
    expect(lastHour).toEqual({ done: 3, failed: 1, retried: 1 });
    expect(bucketSeconds).toBe(10);
    expect(buckets.done).toHaveLength(360);
    expect(buckets.done.slice(-2)).toEqual([1, 2]);
    expect(buckets.failed.slice(0, 2)).toEqual([1, 0]);
    expect(Date.parse(from)).toBe(NOW - 4_000 - 3_590_000);
    expect(buckets.p50Ms.at(-3)).toBe(null);
  });

  it("gives the rate and the percentiles of the last minute", () => {
    const window = new ActivityWindow();
    for (let count = 0; count < 108; count++) window.add(done(count % 50, count < 54 ? 10 : 100));
    window.add(done(120, 5_000));
    const { imagesPerSecond, p50Ms, p95Ms } = window.view(NOW).lastMinute;
    expect(imagesPerSecond).toBe(2);
    expect(p50Ms).toBeCloseTo(10, -1);
    expect(p95Ms).toBeCloseTo(100, -1);
  });

  it("is the sum of what several have counted, whichever of them has changed", () => {
    const parts = [new ActivityWindow(), new ActivityWindow()] as const;
    const sum = new ActivityWindow();
    const whole = new ActivityWindow();
    const counted = (window: ActivityWindow) => window.buckets;
    let steady = counted(parts[0]);
    for (let round = 0; round < 4; round++) {
      for (const event of [done(40 * round, 10 * round), failed(5), retried(20)]) {
        parts[round % 2]?.add(event);
        whole.add(event);
      }
      if (round % 2 === 0) steady = counted(parts[0]);
      sum.setBuckets([...steady, ...counted(parts[1])]);
      expect(sum.view(NOW)).toEqual(whole.view(NOW));
    }
    sum.setBuckets(steady);
    expect(sum.view(NOW)).toEqual(parts[0].view(NOW));
  });

  it("forgets what is older than an hour", () => {
    const window = new ActivityWindow();
    window.add(done(0));
    const later = NOW + 3_600_000;
    expect(window.view(later).lastHour.done).toBe(0);
  });
});
