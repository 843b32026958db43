/** A jump ahead of a wall clock that the retention clock does not follow yet. */
export interface ClockJump {
  readonly aheadMs: number;
  /** Milliseconds that the service has run since the jump. */
  readonly waitedMs: number;
}

/** The state of a `RetentionClock`. */
export interface ClockState {
  /** The retention time in milliseconds since 1970. The wall clock is ahead of it by the sum of all jumps. */
  readonly time: number;
  /** Jumps, the latest last. */
  readonly jumps: readonly ClockJump[];
}

/**
 * Keeps the state of a `RetentionClock` while the service does not run.
 *
 * - When a promise resolves, the change survives a process crash.
 * - All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface RetentionClockStore {
  load(): Promise<ClockState | undefined>;

  /** @throws STORAGE_FULL */
  save(state: ClockState): Promise<void>;
}
