import type { Activity, ActivityBuckets, ActivityOfRange } from "../contracts/monitor.ts";
import type { ActivityHistory, ActivityKind, ActivityRecord, BucketSeconds } from "../ports/activity-history.ts";
import { type ActivityRange, bucketsOfRange, inBucketsOf, KEPT_MS, type RangeBuckets } from "./activity-ranges.ts";
import { ActivityWindow } from "./activity-window.ts";
import { SharedAnswer } from "./shared-answer.ts";

/** How long an answer is shared, so that the cost does not depend on the number of viewers. */
const SHARED_MS: Readonly<Record<ActivityRange, number>> = { hour: 1_000, day: 10_000, month: 30_000 };
/** How far the clocks of processes that save records may differ. */
const LATE_MS = 60_000;

/** Activity of the last hour, day or month, as counted by all processes. */
export class HistoryReader {
  readonly #history: ActivityHistory;
  readonly #lastHour: () => Promise<Pick<Activity, "from" | "buckets">>;
  /** Records that were read, by the length of their buckets and by id. */
  readonly #known = new Map<BucketSeconds, Map<string, ActivityRecord>>();
  readonly #answers: Readonly<Record<ActivityRange, SharedAnswer<ActivityOfRange>>>;

  /** @param lastHour The last hour of jobs from the event log, which is exact even after a crash. */
  constructor(history: ActivityHistory, lastHour: () => Promise<Pick<Activity, "from" | "buckets">>) {
    this.#history = history;
    this.#lastHour = lastHour;
    const shared = (range: ActivityRange) =>
      new SharedAnswer(() => this.#compute(range), { sharedMs: SHARED_MS[range] });
    this.#answers = { hour: shared("hour"), day: shared("day"), month: shared("month") };
  }

  read(range: ActivityRange): Promise<ActivityOfRange> {
    return this.#answers[range].get();
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
