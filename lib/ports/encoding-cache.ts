import type { Encoding } from "../encoding/encoding.ts";

/** RFC 3339 in UTC, to the millisecond, so that the order as text is the order in time. */
type Timestamp = string;

/** An encoding that is kept, with the time it took to make it. */
export interface CachedEncoding {
  readonly encoding: Encoding;
  readonly computeMs: number;
}

/**
 * Encodings by what they were made of: a key stands for the image's content, the model, its version and options.
 *
 * An entry is held by those who sent the image: sessions, and "" for all who have none. It is there as long as it has
 * a holder, whoever that is, so that nothing is computed twice; who holds it says who may learn that it is there.
 */
export interface EncodingCache {
  get(key: string): Promise<CachedEncoding | undefined>;

  /** Stores an entry, which its holder holds. One that is there stays as it is, and gets the holder. */
  put(key: string, entry: CachedEncoding, holder: string, now: Timestamp): Promise<void>;

  /**
   * The holder holds the entry from now on; the entry counts as used. Does nothing where there is none.
   * @returns whether the holder held it before.
   */
  hold(key: string, holder: string, now: Timestamp): Promise<boolean>;

  /** Whether there is such an entry, and the holder holds it. */
  isHeld(key: string, holder: string): Promise<boolean>;

  /** The holder lets the entry go; it is gone if nobody else holds it. */
  release(key: string, holder: string): Promise<void>;

  /** The holder lets go of all its entries; those that nobody else holds are gone. */
  releaseAll(holder: string): Promise<void>;

  /** Forgets entries not used since the time, whoever holds them. @returns how many; call again until 0. */
  sweep(before: Timestamp): Promise<number>;
}
