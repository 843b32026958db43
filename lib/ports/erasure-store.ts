/** RFC 3339 in UTC with milliseconds, so that text order is time order. */
type Timestamp = string;

/** Numbers of things by kind, such as `jobs`. Kinds of which there are none may be absent. */
export type Counts = Readonly<Record<string, number>>;

/** Whose data is erased. Kept only until it is: afterwards the erasure names nobody. */
export interface ErasureTarget {
  /** The owner of the keys first, then the sessions that were opened with them. */
  readonly owners: readonly string[];
  readonly keyIds: readonly string[];
  /** Jobs whose work and images are removed, which their owner is not stored with. */
  readonly jobIds: readonly string[];
  /** The keys stay, because without them nobody could administer the service. */
  readonly keepsKeys: boolean;
}

export interface StoredErasure {
  readonly id: string;
  /**
   * - `erasing`: the first round, whose counts are stored before anything is removed.
   * - `checking`: rounds until nothing is found any more.
   * - `scrubbing`: nothing is left; what storage keeps of deleted data is overwritten.
   * - `done`.
   */
  readonly phase: "erasing" | "checking" | "scrubbing" | "done";
  /** Keyed hashes of the owner and its keys, the owner's first: a repeated request finds the erasure by them. */
  readonly subjects: readonly string[];
  readonly requestedAt: Timestamp;
  /** What was found and removed. */
  readonly erased: Counts;
  /** When everything was searched again, and nothing was found. */
  readonly checkedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
  /** Absent once nothing is left. */
  readonly target?: ErasureTarget;
}

/**
 * Erasures, which survive a crash and are continued after it. When a promise resolves, the change survives a process
 * crash; when it rejects, it may have been made.
 */
export interface ErasureStore {
  /** Stores the erasure, unless there is one with the same first subject. @returns the stored one. */
  insert(erasure: StoredErasure): Promise<StoredErasure>;
  get(id: string): Promise<StoredErasure | undefined>;
  findBySubject(subject: string): Promise<StoredErasure | undefined>;
  /** Replaces the erasure of this id. */
  put(erasure: StoredErasure): Promise<void>;
  /** Those that are not done, oldest first. */
  unfinished(): Promise<StoredErasure[]>;
}
