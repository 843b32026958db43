import type { Encoding } from "../encoding/encoding.ts";

/** RFC 3339 in UTC with milliseconds, so that text order is time order. */
type Timestamp = string;

/** A cached encoding and the time it took to compute. */
export interface CachedEncoding {
  readonly encoding: Encoding;
  readonly computeMs: number;
}

/**
 * Cache of encodings. A key identifies the image's content, the model, its version and the options.
 *
 * The holders of an entry are the sessions that sent the image, or "" for all clients without one. An entry exists as
 * long as it has any holder, so that nothing is computed twice. Only a holder may learn that it exists.
 */
export interface EncodingCache {
  get(key: string): Promise<CachedEncoding | undefined>;

  /** Stores an entry for the holder. An existing entry stays as it is and gets the holder. */
  put(key: string, entry: CachedEncoding, holder: string, now: Timestamp): Promise<void>;

  /**
   * Adds the holder to the entry and marks the entry as used. Does nothing if there is no entry.
   * @returns whether the holder held it before.
   */
  hold(key: string, holder: string, now: Timestamp): Promise<boolean>;

  /** Whether the entry exists and the holder holds it. */
  isHeld(key: string, holder: string): Promise<boolean>;

  /** Removes the holder from the entry; removes the entry if no holder is left. */
  release(key: string, holder: string): Promise<void>;

  /** Removes the holder from all its entries; removes those without a holder left. */
  releaseAll(holder: string): Promise<void>;

  /**
   * Removes entries not used since the time, whatever their holders. @returns the number removed; call again until 0.
   */
  sweep(before: Timestamp): Promise<number>;
}
