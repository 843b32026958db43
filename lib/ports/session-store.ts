import type { Timestamp } from "../time.ts";

export interface Session {
  /** Identifies the session as an owner. Not secret, and reveals nothing about the key. */
  readonly id: string;
  readonly createdAt: Timestamp;
  /**
   * Names the client key that opened it, if one did: by its id, except for `ADMIN_KEY`. The session ends with that key.
   */
  readonly openedBy?: string;
  /** When its key was last used, or somewhat earlier. Absent for the owner of client keys, which never ends. */
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
  /** What `erasedAt` was when the request began: the image is added only if the session was not erased since. */
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

  /** Leaves a session that is there under this hash as it is. A session without `usedAt` never ends. */
  insert(keyHash: string, session: Session): Promise<void>;

  /** Ended sessions are not found, here and elsewhere: they are gone but for what is still to be erased. */
  find(keyHash: string): Promise<Session | undefined>;

  /** Records that the key of a session was used. @returns false if the session has ended or is gone. */
  use(sessionId: string, now: Timestamp): Promise<boolean>;

  /**
   * Ends sessions that were not used since the time. Of a session that is used at the same moment, either `use` returns
   * false or it does not end. Sessions of earlier versions, of which it is unknown when they were used, count as used
   * now. At most as many as the limit at a time.
   * @returns whether any ended.
   */
  endIdle(before: Timestamp, now: Timestamp, limit: number): Promise<boolean>;

  /** Ids of ended sessions that were not removed yet, in order, after the given one. */
  ended(after: string, limit: number): Promise<string[]>;

  /** Removes a session that has ended, once nothing else belongs to it. */
  removeEnded(sessionId: string): Promise<void>;

  /**
   * Appends an image, unless there are `limit` already, or one of the same creation, or the session is gone, or was
   * erased since. One conditional write, so that concurrent calls cannot exceed the limit, and none adds after an
   * erasure what began before it.
   * @returns whether it is there now.
   */
  addImage(sessionId: string, image: NewSessionImage, limit: number): Promise<boolean>;

  countImages(sessionId: string): Promise<number>;

  /** In the order of addition. */
  images(sessionId: string): Promise<SessionImage[]>;

  /** Removes the session's images and records the time. The session stays. */
  erase(sessionId: string, now: Timestamp): Promise<void>;

  /** When the session was last erased; null if it never was, undefined if it is gone. */
  erasedAt(sessionId: string): Promise<Timestamp | null | undefined>;

  /** `openedBy` of the session of this id; undefined also if it has none, or is gone. */
  openerOf(sessionId: string): Promise<string | undefined>;

  /** Whether there is a session of this id. An owner of keys has one; it goes when all of the owner is erased. */
  exists(sessionId: string): Promise<boolean>;
}
