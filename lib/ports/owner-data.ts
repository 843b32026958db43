import type { Counts, ErasureTarget } from "./erasure-store.ts";

/**
 * Everything in the database that belongs to owners, across all other ports, for erasures.
 *
 * When a promise resolves, the change survives a process crash.
 */
export interface OwnerData {
  /** The keys of an owner, also those that were revoked or have expired. */
  keysOf(owner: string): Promise<string[]>;

  /** The sessions that were opened with one of the keys. */
  sessionsOf(keyIds: readonly string[]): Promise<string[]>;

  /** What there is of the owners, by kind. Reads the stores anew, nothing that was counted before. */
  count(target: ErasureTarget): Promise<Counts>;

  /** Removes the keys and sessions, unless they are kept, so that no request of the owners is accepted any more. */
  removeAccess(target: ErasureTarget): Promise<void>;

  /**
   * Removes what no other port removes by owner: images of sessions, idempotency keys, webhooks, and what a crash left
   * of the target's jobs.
   */
  remove(target: ErasureTarget): Promise<void>;

  /** Overwrites what deleted data leaves in the files of the storage, as far as the storage allows. */
  scrub(): Promise<void>;
}
