/** The time spans for which activity is shown, and their buckets. Pure. */
import type { BucketSeconds } from "../ports/activity-history.ts";
import type { ActivityBucket } from "../ports/activity-store.ts";

const activityRanges = ["hour", "day", "month"] as const;
export type ActivityRange = (typeof activityRanges)[number];

const HOUR_MS = 3_600_000;
export const FINE_SECONDS = 10;
const COARSE_SECONDS = 900;

export interface RangeBuckets {
  /** Length of the stored buckets. */
  readonly storedSeconds: BucketSeconds;
  /** Length of the shown buckets, a multiple of the stored length. */
  readonly bucketSeconds: number;
  readonly count: number;
}

/** At most 360 buckets each, as many as a chart can show. */
export const bucketsOfRange: Readonly<Record<ActivityRange, RangeBuckets>> = {
  hour: { storedSeconds: FINE_SECONDS, bucketSeconds: FINE_SECONDS, count: 360 },
  day: { storedSeconds: COARSE_SECONDS, bucketSeconds: COARSE_SECONDS, count: 96 },
  month: { storedSeconds: COARSE_SECONDS, bucketSeconds: 7_200, count: 360 },
};

/** How long records are kept after they were last saved: somewhat longer than they are shown. */
export const KEPT_MS: Readonly<Record<BucketSeconds, number>> = {
  [FINE_SECONDS]: 2 * HOUR_MS,
  [COARSE_SECONDS]: 31 * 24 * HOUR_MS,
};

/** The buckets, numbered by a longer length. Several of them then have the same number. */
export function inBucketsOf(seconds: number, buckets: readonly ActivityBucket[], from: number): ActivityBucket[] {
  return buckets.map((bucket) => ({ ...bucket, number: Math.floor((bucket.number * from) / seconds) }));
}
