/** Numbers of things by kind, such as `jobs`. Kinds without any may be absent. */
import type { Timestamp } from "../time/timestamp.ts";
export type Counts = Readonly<Record<string, number>>;

/** Whose data is erased. It is kept only until the erasure is done, so that afterwards the erasure names nobody. */
export interface ErasureTarget {
  readonly owner: string;
  readonly keyIds: readonly string[];
  /** The keys stay, because without them nobody could administer the service. */
  readonly keepsKeys: boolean;
}

export interface StoredErasure {
  readonly id: string;
  /** Incremented by every change; absent before the first. Used for compare-and-set. */
  readonly revision?: number;
  /**
   * - `erasing`: the first round, whose counts are stored before anything is removed.
   * - `checking`: rounds until nothing is found any more.
   * - `scrubbing`: nothing is left; remains of deleted data in the storage are overwritten.
   * - `done`.
   */
  readonly phase: "erasing" | "checking" | "scrubbing" | "done";
  /** Keyed hashes of the owner and its keys, the owner's first. A repeated request finds the erasure by them. */
  readonly subjects: readonly string[];
  readonly requestedAt: Timestamp;
  /** Counts of what was found and removed. */
  readonly erased: Counts;
  /** When all stores were searched again and nothing was found. */
  readonly checkedAt?: Timestamp;
  readonly finishedAt?: Timestamp;
  /** Absent once nothing is left to erase. */
  readonly target?: ErasureTarget;
}

/**
 * What an erasure must be able to find again after it was removed: the sessions opened with the keys, which are owners
 * too, and the jobs, because their tasks and images are stored without an owner.
 */
export type MemberKind = "sessions" | "jobs";

/**
 * Erasures, which survive a crash and are continued after it. When a promise resolves, the change survives a process
 * crash; when it rejects, it may have been made.
 */
export interface ErasureStore {
  /** Stores the erasure, unless there is one with the same first subject. @returns the stored one. */
  insert(erasure: StoredErasure): Promise<StoredErasure>;
  get(id: string): Promise<StoredErasure | undefined>;
  findBySubject(subject: string): Promise<StoredErasure | undefined>;
  /**
   * Replaces the erasure of this id, if the stored revision is the one before. Its members stay.
   * @returns whether it was replaced. If the answer of the storage was lost, it may have been replaced although this is
   * false.
   */
  put(erasure: StoredErasure & { readonly revision: number }): Promise<boolean>;
  /** Erasures that are not done, oldest first. */
  unfinished(): Promise<StoredErasure[]>;

  /** Adds members to those of the erasure, which may have any number. Existing members stay. */
  addMembers(erasureId: string, kind: MemberKind, ids: readonly string[]): Promise<void>;
  /** Members ordered by id, from the first one after `after`. A page shorter than the limit is the last. */
  members(erasureId: string, kind: MemberKind, page: MemberPage): Promise<string[]>;
  /** Removes all members of the erasure. */
  removeMembers(erasureId: string): Promise<void>;
}

export interface MemberPage {
  readonly after?: string;
  readonly limit: number;
}
