import type { Activity, ActivityBuckets, ActivityOfRange } from "../contracts/monitor.ts";
import type { ActivityHistory, ActivityKind, ActivityRecord, BucketSeconds } from "../ports/activity-history.ts";
import { type ActivityRange, bucketsOfRange, inBucketsOf, KEPT_MS, type RangeBuckets } from "./activity-ranges.ts";
import { ActivityWindow } from "./activity-window.ts";

/** How long an answer is shared, so that the cost does not depend on the number of viewers. */
const SHARED_MS: Readonly<Record<ActivityRange, number>> = { hour: 1_000, day: 10_000, month: 30_000 };
/** How far the clocks of processes that save records may differ. */
const LATE_MS = 60_000;

interface Answer {
  readonly activity: Promise<ActivityOfRange>;
  /** When the answer expires, by `performance.now`. */
  readonly expiresAt: number;
}

/** Activity of the last hour, day or month, as counted by all processes. */
export class HistoryReader {
  readonly #history: ActivityHistory;
  readonly #lastHour: () => Promise<Pick<Activity, "from" | "buckets">>;
  /** Records that were read, by the length of their buckets and by id. */
  readonly #known = new Map<BucketSeconds, Map<string, ActivityRecord>>();
  readonly #answers = new Map<ActivityRange, Answer>();

  /** @param lastHour The last hour of jobs from the event log, which is exact even after a crash. */
  constructor(history: ActivityHistory, lastHour: () => Promise<Pick<Activity, "from" | "buckets">>) {
    this.#history = history;
    this.#lastHour = lastHour;
  }

  read(range: ActivityRange): Promise<ActivityOfRange> {
    const now = performance.now();
    const known = this.#answers.get(range);
    if (known && now < known.expiresAt) return known.activity;
    const activity = this.#compute(range);
    this.#answers.set(range, { activity, expiresAt: now + SHARED_MS[range] });
    activity.catch(() => this.#answers.delete(range));
    return activity;
  }

  async #compute(range: ActivityRange): Promise<ActivityOfRange> {
    const buckets = bucketsOfRange[range];
    const nowMs = Date.now();
    const [records, hour] = await Promise.all([
      this.#records(buckets.storedSeconds, nowMs),
      range === "hour" ? this.#lastHour() : undefined,
    ]);
    // Jobs and requests must have the same buckets, so both end with the last bucket of the hour, if there is one.
    const lastMs = hour ? Date.parse(hour.from) + (buckets.count - 1) * buckets.bucketSeconds * 1000 : nowMs;
    const seriesOf = (kind: ActivityKind) => series(records, kind, buckets, lastMs);
    const { buckets: process, ...span } = seriesOf("process");
    const jobs: ActivityBuckets = hour ? hour.buckets : seriesOf("jobs").buckets;
    return { range, time: new Date(nowMs).toISOString(), ...span, jobs, process };
  }

  async #records(bucketSeconds: BucketSeconds, nowMs: number): Promise<readonly ActivityRecord[]> {
    const known = this.#known.get(bucketSeconds) ?? new Map<string, ActivityRecord>();
    this.#known.set(bucketSeconds, known);
    // Not `Math.max(...)`: a large cluster has more records than a function takes arguments.
    const newest = known.values().reduce((last, { savedMs }) => Math.max(last, Math.min(savedMs, nowMs)), 0);
    const kept = nowMs - KEPT_MS[bucketSeconds];
    for (const record of await this.#history.list(bucketSeconds, Math.max(newest - LATE_MS, kept)))
      known.set(record.id, record);
    for (const [id, { savedMs }] of known) if (savedMs < kept) known.delete(id);
    return [...known.values()];
  }
}

function series(records: readonly ActivityRecord[], kind: ActivityKind, range: RangeBuckets, nowMs: number) {
  const { storedSeconds, bucketSeconds, count } = range;
  const window = new ActivityWindow(bucketSeconds * 1000);
  for (const record of records)
    if (record.kind === kind) window.addBuckets(inBucketsOf(bucketSeconds, record.buckets, storedSeconds));
  return window.series(nowMs, count);
}
