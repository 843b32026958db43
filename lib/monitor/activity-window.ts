/** Outcomes of images in time buckets, for the last hour or longer. Pure: events and the time are passed in. */
import type { Activity } from "../contracts/monitor.ts";
import type { Timings } from "../contracts/receipt.ts";
import type { CloudEvent } from "../jobs/events.ts";
import type { ActivityBucket } from "../ports/activity-store.ts";
import { LatencyHistogram } from "./latency-histogram.ts";

const BUCKET_MS = 10_000;
export const WINDOW_MS = 3_600_000;
const MINUTE_MS = 60_000;

interface Bucket {
  done: number;
  failed: number;
  retried: number;
  readonly latency: LatencyHistogram;
}

export type Outcome = "done" | "failed" | "retried";

const outcomes: Record<string, Outcome> = {
  "dev.sightline.image.done": "done",
  "dev.sightline.image.failed": "failed",
  "dev.sightline.image.pending": "retried",
};

export class ActivityWindow {
  readonly #bucketMs: number;
  /** Buckets by their number since 1970. */
  readonly #buckets = new Map<number, Bucket>();
  /** The parts of which each bucket is the sum, if it was set. */
  #parts: ReadonlyMap<number, readonly ActivityBucket[]> = new Map();

  constructor(bucketMs = BUCKET_MS) {
    this.#bucketMs = bucketMs;
  }

  /** Counts events about the outcome of an image; ignores others. */
  add({ type, time, data }: CloudEvent): void {
    const outcome = outcomes[type];
    if (!outcome) return;
    this.count(Date.parse(time), outcome, (data.result as { timings?: Timings } | undefined)?.timings);
  }

  /** Counts the outcome of an image. */
  count(timeMs: number, outcome: Outcome, timings?: Timings): void {
    const bucket = this.#bucketOf(this.#numberOf(timeMs));
    bucket[outcome]++;
    if (timings) bucket.latency.add(timings.queueMs + timings.decodeMs + timings.inferenceMs);
  }

  /** Adds the counts of other processes. */
  addBuckets(buckets: readonly ActivityBucket[]): void {
    for (const { number, done, failed, retried, latency } of buckets) {
      const bucket = this.#bucketOf(number);
      bucket.done += done;
      bucket.failed += failed;
      bucket.retried += retried;
      bucket.latency.merge(new LatencyHistogram(latency));
    }
  }

  /**
   * Replaces all buckets by the sums of these. A bucket whose parts are the same objects as the last time costs
   * nothing.
   */
  setBuckets(buckets: Iterable<ActivityBucket>): void {
    const parts = Map.groupBy(buckets, ({ number }) => number);
    for (const number of this.#buckets.keys()) if (!parts.has(number)) this.#buckets.delete(number);
    for (const [number, now] of parts) {
      const before = this.#parts.get(number);
      if (before?.length === now.length && now.every((part, place) => part === before[place])) continue;
      this.#buckets.delete(number);
      this.addBuckets(now);
    }
    this.#parts = parts;
  }

  /** The counts to store. */
  get buckets(): ActivityBucket[] {
    return Array.from(this.#buckets, ([number, { latency, ...counts }]) => ({
      number,
      ...counts,
      latency: latency.toJSON(),
    }));
  }

  /** The last hour, including the current bucket. */
  view(nowMs: number): Omit<Activity, "completeSince"> {
    const count = WINDOW_MS / this.#bucketMs;
    const buckets = this.#last(nowMs, count);
    const sum = (outcome: Outcome) => buckets.reduce((total, bucket) => total + (bucket?.[outcome] ?? 0), 0);
    return {
      lastHour: { done: sum("done"), failed: sum("failed"), retried: sum("retried") },
      lastMinute: this.#lastMinute(nowMs),
      ...this.series(nowMs, count),
    };
  }

  /** The last buckets, the current one included. */
  series(nowMs: number, count: number): Pick<Activity, "from" | "bucketSeconds" | "buckets"> {
    const buckets = this.#last(nowMs, count);
    return {
      from: new Date((this.#numberOf(nowMs) - count + 1) * this.#bucketMs).toISOString(),
      bucketSeconds: this.#bucketMs / 1000,
      buckets: {
        done: buckets.map((bucket) => bucket?.done ?? 0),
        failed: buckets.map((bucket) => bucket?.failed ?? 0),
        p50Ms: buckets.map((bucket) => bucket?.latency.percentile(0.5) ?? null),
        p95Ms: buckets.map((bucket) => bucket?.latency.percentile(0.95) ?? null),
      },
    };
  }

  #last(nowMs: number, count: number): (Bucket | undefined)[] {
    const first = this.#numberOf(nowMs) - count + 1;
    return Array.from({ length: count }, (_, position) => this.#buckets.get(first + position));
  }

  #numberOf(timeMs: number): number {
    return Math.floor(timeMs / this.#bucketMs);
  }

  #lastMinute(nowMs: number): Activity["lastMinute"] {
    const last = this.#numberOf(nowMs);
    const first = last - MINUTE_MS / this.#bucketMs + 1;
    const latency = new LatencyHistogram();
    let done = 0;
    for (let number = first; number <= last; number++) {
      const bucket = this.#buckets.get(number);
      if (!bucket) continue;
      done += bucket.done;
      latency.merge(bucket.latency);
    }
    const seconds = (nowMs - first * this.#bucketMs) / 1000;
    return {
      imagesPerSecond: Math.round((done / seconds) * 100) / 100,
      p50Ms: latency.percentile(0.5),
      p95Ms: latency.percentile(0.95),
    };
  }

  #bucketOf(number: number): Bucket {
    const known = this.#buckets.get(number);
    if (known) return known;
    const bucket = { done: 0, failed: 0, retried: 0, latency: new LatencyHistogram() };
    this.#buckets.set(number, bucket);
    return bucket;
  }
}
