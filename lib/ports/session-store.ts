/** RFC 3339 in UTC, to the millisecond, so that the order as text is the order in time. */
type Timestamp = string;

export interface Session {
  /** Names the session wherever something belongs to it. No secret, and tells nothing of the key. */
  readonly id: string;
  readonly createdAt: Timestamp;
}

/** An image that was encoded into a session. The image itself is not kept. */
export interface SessionPicture {
  /** Lower-case hexadecimal SHA-256 of the file's bytes. */
  readonly sha256: string;
  /** A vector for each face, all of one length. */
  readonly encodings: readonly (readonly number[])[];
}

/**
 * Sessions and the images that were encoded into them.
 *
 * - Keys are never stored, only what they hash to. A session is found by that hash alone: an index is asked, nothing
 *   is compared byte by byte with what a client sent, so no time tells how much of a guess was right.
 * - When a promise resolves, the change survives the death of the process; when it rejects, nothing was changed.
 */
export interface SessionStore {
  /** The secret that keys are hashed with: the one that is kept, or this one, kept from now on. */
  secret(candidate: Uint8Array): Promise<Uint8Array>;

  insert(keyHash: string, session: Session): Promise<void>;

  find(keyHash: string): Promise<Session | undefined>;

  /**
   * Adds an image behind those there are, unless there are `limit` already: one conditional write, so that of many
   * at once exactly as many are added as there is room for.
   * @returns whether it was added.
   */
  addPicture(sessionId: string, picture: SessionPicture, limit: number): Promise<boolean>;

  countPictures(sessionId: string): Promise<number>;

  /** In the order in which they were added. */
  pictures(sessionId: string): Promise<SessionPicture[]>;

  /** Removes the session's images and notes the time. The session stays. */
  erase(sessionId: string, now: Timestamp): Promise<void>;

  /** Whether the session was erased at the time or later. */
  wasErasedSince(sessionId: string, time: Timestamp): Promise<boolean>;
}
