import type { KeyLimits } from "../contracts/key-limits.ts";
import type { Scope } from "../sessions/scopes.ts";
import type { Timestamp } from "../time/timestamp.ts";

/** A client key as stored: everything but the key itself. */
export interface StoredKey {
  /** Names the key in the API. Not secret, and reveals nothing about the key. */
  readonly id: string;
  /** Owner of what the key creates, as the id of a session is. Several keys may share an owner. */
  readonly owner: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The first characters of the key, by which people recognize it. */
  readonly hint: string;
  readonly limits?: KeyLimits;
  readonly createdAt: Timestamp;
  /** The time from which the key is invalid. */
  readonly expiresAt?: Timestamp;
  /** The time at which the key was revoked. It is invalid since. */
  readonly revokedAt?: Timestamp;
}

export interface KeyPageRequest {
  readonly limit: number;
  /** Id of the last key of the previous page. */
  readonly after?: string;
}

/**
 * The keys of clients.
 *
 * - Keys are never stored, only their hashes. A key is found by an index lookup of its hash, as sessions are.
 * - When a promise resolves, the change survives a process crash; when it rejects, it may have been made.
 * - A read sees every change whose promise has resolved, on any node. Nothing is cached, so a
 *   revocation counts at once.
 */
export interface KeyStore {
  /**
   * @returns false if a key with that id exists, which stays as it is. Of concurrent calls with one id, exactly one
   * returns true. A call may be repeated with the same key and hash.
   */
  insert(keyHash: string, key: StoredKey): Promise<boolean>;

  findByHash(keyHash: string): Promise<StoredKey | undefined>;

  get(id: string): Promise<StoredKey | undefined>;

  /** Keys ordered by id, including revoked and expired ones. A page shorter than the limit is the last. */
  list(request: KeyPageRequest): Promise<StoredKey[]>;

  /**
   * Records the time of the revocation unless the key is already revoked. @returns the key; undefined if there is none.
   */
  revoke(id: string, now: Timestamp): Promise<StoredKey | undefined>;
}
