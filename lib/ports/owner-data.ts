import type { Counts, ErasureTarget, MemberPage } from "./erasure-store.ts";

/**
 * Everything in the database that belongs to owners, across all other ports, for erasures. Lists of owners and jobs are
 * pages of at most some hundred: servers limit the size of a query.
 *
 * When a promise resolves, the change survives a process crash.
 */
export interface OwnerData {
  /** The keys of an owner, also those that were revoked or have expired. */
  keysOf(owner: string): Promise<string[]>;

  /** Ids of the sessions that were opened with one of the keys, in order, from the first one after `after`. */
  sessionsOf(keyIds: readonly string[], page: MemberPage): Promise<string[]>;

  /** The keys of an owner, its own session and those that were opened with the keys, by kind. */
  countAccess(target: Pick<ErasureTarget, "owner" | "keyIds">): Promise<Counts>;

  /**
   * Removes the keys of an owner, and the idempotency records of the requests that created them. From then on neither
   * the keys nor the sessions opened with them are accepted.
   */
  removeKeys(target: Pick<ErasureTarget, "owner" | "keyIds">): Promise<void>;

  removeSessions(ids: readonly string[]): Promise<void>;

  /** What there is of the owners, by kind, but for keys and sessions. Reads the stores anew, no counters. */
  count(owners: readonly string[]): Promise<Counts>;

  /** What there is of the jobs that names no owner, by kind, so that `count` does not see it. */
  countOfJobs(jobIds: readonly string[]): Promise<Counts>;

  /** Removes what no other port removes by owner: images of sessions, idempotency keys, webhooks and their secrets. */
  remove(owners: readonly string[]): Promise<void>;

  /** Removes what a crash may have left of jobs that were deleted. */
  removeOfJobs(jobIds: readonly string[]): Promise<void>;

  /**
   * Overwrites what deleted data leaves in the files of the storage, as far as the storage allows.
   * @param signal May end it, at any time; it is to be repeated then.
   * @throws the reason of `signal`
   */
  scrub(signal?: AbortSignal): Promise<void>;
}
