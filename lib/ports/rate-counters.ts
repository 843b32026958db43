/** A request for points of one name in the present window. */
export interface PointsRequest {
  readonly name: string;
  /** Number of points wanted. 0 only reads the counter. */
  readonly points: number;
  /** If fewer than these are left, none is granted. Default: 1. */
  readonly least?: number;
  /** Maximum number of points in a window. */
  readonly limit: number;
  /** A window begins with the first request for the name, and ends after this time in milliseconds. */
  readonly windowMs: number;
}

export interface Points {
  /** Number of points granted: as many of the wanted ones as were left, or none if these were fewer than `least`. */
  readonly granted: number;
  /** Number of points left in the window after that. */
  readonly left: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

/**
 * Counters of rate limits, shared by all who use the same storage.
 *
 * - The points of a name that are granted in one window never exceed the limit, even with concurrent callers.
 * - Nothing has to survive a crash: a lost counter begins anew, as it does after each window. A single machine
 *   therefore keeps the counters in the memory of the process that has the storage.
 * - `take` throws STORE_UNAVAILABLE when the storage does not respond, and does not retry, because its callers cannot
 *   wait.
 */
export interface RateCounters {
  take(request: PointsRequest): Promise<Points>;

  /** Removes counters whose windows have ended. */
  sweep(): Promise<void>;
}
