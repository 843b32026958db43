/** Numbers of things by kind, such as `jobs`. Kinds of which there are none may be absent. */
import type { Timestamp } from "../time.ts";
export type Counts = Readonly<Record<string, number>>;

/** Whose data is erased. Kept only until it is: afterwards the erasure names nobody. */
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
 * What an erasure has to find again once it is removed from where it was found: the sessions opened with the keys,
 * which are owners too, and the jobs, whose owner their tasks and images are not stored with.
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
   * Replaces the erasure of this id, if its revision is the one before. Its members stay.
   * @returns whether it was replaced. When the answer of the storage was lost, it may be although this is false.
   */
  put(erasure: StoredErasure & { readonly revision: number }): Promise<boolean>;
  /** Those that are not done, oldest first. */
  unfinished(): Promise<StoredErasure[]>;

  /** Adds members to those of the erasure, of which there may be any number. One that is there already stays. */
  addMembers(erasureId: string, kind: MemberKind, ids: readonly string[]): Promise<void>;
  /** By id, from the first one after `after`. A page shorter than the limit is the last. */
  members(erasureId: string, kind: MemberKind, page: MemberPage): Promise<string[]>;
  /** Removes all members of the erasure. */
  removeMembers(erasureId: string): Promise<void>;
}

export interface MemberPage {
  readonly after?: string;
  readonly limit: number;
}
