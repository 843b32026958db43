import type { Counts, ErasureTarget, MemberPage } from "./erasure-store.ts";

/**
 * Everything in the database that belongs to owners, across all other ports, for erasures. Lists of owners and jobs are
 * pages of at most a few hundred, because servers limit the size of a query.
 *
 * When a promise resolves, the change survives a process crash.
 */
export interface OwnerData {
  /** Ids of an owner's keys, including revoked and expired ones. */
  keysOf(owner: string): Promise<string[]>;

  /** Ids of the sessions that were opened with one of the keys, ascending, from the first one after `after`. */
  sessionsOf(keyIds: readonly string[], page: MemberPage): Promise<string[]>;

  /** Numbers of the owner's keys, its own session and the sessions that were opened with the keys, by kind. */
  countAccess(target: Pick<ErasureTarget, "owner" | "keyIds">): Promise<Counts>;

  /**
   * Removes the keys of an owner, and the idempotency records of the requests that created them. From then on neither
   * the keys nor the sessions opened with them are accepted.
   */
  removeKeys(target: Pick<ErasureTarget, "owner" | "keyIds">): Promise<void>;

  removeSessions(ids: readonly string[]): Promise<void>;

  /** Numbers of all that the owners have, by kind, except keys and sessions. Counts stored data, not counters. */
  count(owners: readonly string[]): Promise<Counts>;

  /** Numbers of what belongs to the jobs but names no owner, by kind. `count` does not include it. */
  countOfJobs(jobIds: readonly string[]): Promise<Counts>;

  /**
   * Removes data that no other port removes by owner: images of sessions, idempotency keys, webhooks and their secrets.
   */
  remove(owners: readonly string[]): Promise<void>;

  /** Removes remains of deleted jobs that a crash may have left. */
  removeOfJobs(jobIds: readonly string[]): Promise<void>;

  /**
   * Overwrites what deleted data leaves in the files of the storage, as far as the storage allows.
   * @param signal Ends the work at any time. The call must be repeated then.
   * @throws the reason of `signal`
   */
  scrub(signal?: AbortSignal): Promise<void>;
}
