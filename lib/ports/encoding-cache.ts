import type { Encoding } from "../encoding/encoding.ts";
import type { Timestamp } from "../time/timestamp.ts";

/** A cached encoding and the time it took to compute. */
export interface CachedEncoding {
  readonly encoding: Encoding;
  readonly computeMs: number;
}

/**
 * Cache of encodings. A key identifies the image's content, the model, its version and the options.
 *
 * The owners of an entry are the sessions that sent the image, or "" for all clients without one. An entry exists as
 * long as it has any owner, so that nothing is computed twice. Only an owner may learn that it exists.
 */
export interface EncodingCache {
  get(key: string): Promise<CachedEncoding | undefined>;

  /** Stores an entry for the owner. An existing entry stays as it is and gets the owner. */
  put(key: string, entry: CachedEncoding, owner: string, now: Timestamp): Promise<void>;

  /**
   * Adds the owner to the entry and marks the entry as used. An entry with very many owners may not record another one,
   * which then never counts as an owner before.
   * @returns whether it was an owner before; undefined if there is no entry.
   */
  addOwner(key: string, owner: string, now: Timestamp): Promise<boolean | undefined>;

  /** Whether the entry exists and has this owner. */
  hasOwner(key: string, owner: string): Promise<boolean>;

  /** Removes the owner from the entry; removes the entry if no owner is left. */
  release(key: string, owner: string): Promise<void>;

  /** Removes the owner from all its entries; removes those without an owner left. */
  releaseAll(owner: string): Promise<void>;

  /**
   * Removes entries not used since the time, whatever their owners. @returns the number removed; call again until 0.
   */
  sweep(before: Timestamp): Promise<number>;
}
