/** A jump ahead of a wall clock that is not believed yet. */
export interface ClockJump {
  readonly aheadMs: number;
  /** For how long a service has run since. */
  readonly waitedMs: number;
}

/** What a `RetentionClock` knows. */
export interface ClockState {
  /** In milliseconds since 1970. The wall clock is ahead of it by all jumps together. */
  readonly time: number;
  /** The latest last. */
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
