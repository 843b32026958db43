/** What happened to images in a bucket of time, which lasts ten seconds unless stated otherwise. */
export interface ActivityBucket {
  /** Number of the bucket since 1970, in units of its length. */
  readonly number: number;
  /** Images with a result, images that failed, and failed attempts that were or will be repeated. */
  readonly done: number;
  readonly failed: number;
  readonly retried: number;
  /** See `LatencyHistogram.toJSON`. */
  readonly latency: readonly number[];
}

/** Consecutive events of the log: those after the first sequence, up to the second. */
export type SequenceRange = readonly [after: number, last: number];

/**
 * The activity that some events of the log report, counted once by the node that appended them, so that no other node
 * has to read them. The counts follow from the ranges alone, since an event never changes its sequence.
 */
export interface ActivitySegment {
  readonly id: string;
  /** Ascending. No event is in the ranges of two segments. */
  readonly ranges: readonly SequenceRange[];
  /** Times of its oldest and newest event, in milliseconds since 1970. */
  readonly oldestMs: number;
  readonly newestMs: number;
  /** When it was saved in this state, in milliseconds since 1970. */
  readonly savedMs: number;
  readonly buckets: readonly ActivityBucket[];
}

/**
 * Counted activity of the last hours. Losing some of it does no harm: what no segment covers is read from the log.
 *
 * All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface ActivityStore {
  /** Stores the segment, in place of an earlier state of it. */
  save(segment: ActivitySegment): Promise<void>;

  /** Segments that were saved at the time or later, in any order. */
  list(sinceMs: number): Promise<ActivitySegment[]>;

  /** Removes segments that were last saved before the time. */
  sweep(beforeMs: number): Promise<void>;
}
