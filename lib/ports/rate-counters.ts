/** Points of one name that are wanted in the present window. */
export interface PointsRequest {
  readonly name: string;
  /** 0 only reads. */
  readonly points: number;
  /** Most points of a window. */
  readonly limit: number;
  /** A window begins with the first request for the name, and ends after this time in milliseconds. */
  readonly windowMs: number;
}

export interface Points {
  /** As many of the wanted points as were left. */
  readonly granted: number;
  /** Left for others, after that. */
  readonly left: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

/**
 * Counters of rate limits, shared by all who use the same storage.
 *
 * - All points of a name that are granted in one window are never more than the limit, whoever asks at the same time.
 * - Nothing has to survive a crash: a counter that is lost begins anew, as it does after each window. On one machine
 *   the counters are therefore in the memory of the process that has the storage.
 * - `take` throws STORE_UNAVAILABLE when the storage does not respond, and does not try again: its callers cannot wait.
 */
export interface RateCounters {
  take(request: PointsRequest): Promise<Points>;

  /** Removes what is left of windows that have ended. */
  sweep(): Promise<void>;
}
