import type { Timestamp } from "../time/timestamp.ts";

/**
 * What stands in the place of a key's hash for the owners of client keys, who have no session's key, begins with this.
 * Hashes are hexadecimal and sort before it.
 */
export const OWNER_OF_KEYS = "owner:";

export interface Session {
  /** Identifies the session as an owner. Not secret, and reveals nothing about the key. */
  readonly id: string;
  readonly createdAt: Timestamp;
  /**
   * Id of the client key that opened the session, if any; for `ADMIN_KEY` another name. The session ends with that key.
   */
  readonly openedBy?: string;
  /**
   * When the session's key was last used, or somewhat earlier. Absent for the owner of client keys, which never ends,
   * and for a session of an earlier version until `endIdle` meets it.
   */
  readonly usedAt?: Timestamp;
}

/** An image that was encoded into a session. The image itself is not kept. */
export interface SessionImage {
  /** Lower-case hexadecimal SHA-256 of the file's bytes. */
  readonly sha256: string;
  /** One vector per face, all of the same length. */
  readonly encodings: readonly (readonly number[])[];
}

export interface NewSessionImage extends SessionImage {
  /** Id of the `Creation` of a request with an `Idempotency-Key`. */
  readonly creation?: string;
  /** Value of `erasedAt` when the request began. The image is added only if the session was not erased since. */
  readonly erasedAt?: Timestamp | null;
}

/**
 * Sessions and the images that were encoded into them.
 *
 * - Keys are never stored, only their hashes. A session is found by an index lookup of the hash. Nothing is compared
 *   with client input byte by byte, which prevents timing attacks.
 * - When a promise resolves, the change survives a process crash; when it rejects, nothing was changed.
 */
export interface SessionStore {
  /** The secret that keys are hashed with: the stored one or, if there is none, the candidate, which is then stored. */
  secret(candidate: Uint8Array): Promise<Uint8Array>;

  /** Stores the session. An existing session with this hash stays as it is. */
  insert(keyHash: string, session: Session): Promise<void>;

  /**
   * The session with this key hash. Neither this nor any other method finds a session that has ended: only data that is
   * yet to be erased is left of it.
   */
  find(keyHash: string): Promise<Session | undefined>;

  /** Records that the key of a session was used. @returns false if the session has ended or is gone. */
  use(sessionId: string, now: Timestamp): Promise<boolean>;

  /**
   * Ends sessions that were not used since the time, at most `limit` of them. If a session is used at the same moment,
   * either `use` returns false or the session does not end. Sessions without `usedAt` count as used now, from now on;
   * owners of client keys, whose hashes begin with `OWNER_OF_KEYS`, stay without it and never end.
   * @returns whether any ended.
   */
  endIdle(before: Timestamp, now: Timestamp, limit: number): Promise<boolean>;

  /** Ids of ended sessions that are yet to be removed, ascending, after the given one. */
  ended(after: string, limit: number): Promise<string[]>;

  /** Removes a session that has ended, once nothing else belongs to it. */
  removeEnded(sessionId: string): Promise<void>;

  /**
   * Appends an image, unless there are `limit` images or one of the same creation already, or the session is gone or
   * was erased since. It is one conditional write, so concurrent calls cannot exceed the limit, and a call that began
   * before an erasure cannot add an image after it.
   * @returns whether the image is stored now.
   */
  addImage(sessionId: string, image: NewSessionImage, limit: number): Promise<boolean>;

  countImages(sessionId: string): Promise<number>;

  /** The session's images in the order of addition. */
  images(sessionId: string): Promise<SessionImage[]>;

  /** Removes the session's images and records the time. The session stays. */
  erase(sessionId: string, now: Timestamp): Promise<void>;

  /** When the session was last erased; null if it never was, undefined if it is gone. */
  erasedAt(sessionId: string): Promise<Timestamp | null | undefined>;

  /** `openedBy` of the session with this id; undefined if it has none, or if the session is gone. */
  openerOf(sessionId: string): Promise<string | undefined>;

  /**
   * Whether a session with this id exists. An owner of keys has one, which goes when everything of the owner is erased.
   */
  exists(sessionId: string): Promise<boolean>;
}
