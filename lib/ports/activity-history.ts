import type { ActivityBucket } from "./activity-store.ts";

/** Images of jobs, or images of requests that are answered at once. */
export type ActivityKind = "jobs" | "process";

/** Length of a bucket in seconds: 10 in the history of the last hour, 900 in that of the last days. */
export type BucketSeconds = 10 | 900;

/**
 * What one process has counted for a while. No two processes count the same event, so the sum of all records is what
 * happened.
 */
export interface ActivityRecord {
  readonly id: string;
  readonly kind: ActivityKind;
  readonly bucketSeconds: BucketSeconds;
  /** When it was saved in this state, in milliseconds since 1970. */
  readonly savedMs: number;
  /** Its buckets are numbered in units of their length, see `ActivityBucket.number`. */
  readonly buckets: readonly ActivityBucket[];
}

/**
 * Counts of the last days. What a process counted in the seconds before it crashed is missing.
 *
 * All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface ActivityHistory {
  /** Stores the record, in place of an earlier state of it. */
  save(record: ActivityRecord): Promise<void>;

  /** Records that were saved at the time or later, in any order. */
  list(bucketSeconds: BucketSeconds, sinceMs: number): Promise<ActivityRecord[]>;

  /** Removes records that were last saved before the time. */
  sweep(bucketSeconds: BucketSeconds, beforeMs: number): Promise<void>;
}
