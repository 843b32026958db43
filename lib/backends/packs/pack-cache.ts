import { LRUCache } from "lru-cache";

/** Memory for about 16 packs. */
const MAX_BYTES = 8 * 1024 * 1024;
/**
 * How long a pack is kept after its last use. The images of a parcel are fetched one after the other, while others are
 * processed.
 */
const KEPT_MS = 10_000;

type Fetch = (name: string) => Promise<Uint8Array | undefined>;

/**
 * Caches the packs that were used last, so that all images of a pack cost one request. Concurrent requests share one.
 */
export class PackCache {
  readonly #fetch: Fetch;
  readonly #fetching = new Map<string, Promise<Uint8Array | undefined>>();
  readonly #recent = new LRUCache<string, Uint8Array>({
    maxSize: MAX_BYTES,
    // Counts the memory that stays in use: a received pack may be a part of a larger buffer.
    sizeCalculation: ({ buffer }) => buffer.byteLength,
    ttl: KEPT_MS,
    ttlAutopurge: true,
    updateAgeOnGet: true,
  });

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** @throws what the fetch throws */
  async get(name: string): Promise<Uint8Array | undefined> {
    return this.#recent.get(name) ?? this.#fetching.get(name) ?? this.#request(name);
  }

  /** Forgets all packs whose names have this prefix, including those that are being fetched. */
  forget(start: string): void {
    for (const packs of [this.#recent, this.#fetching])
      for (const name of [...packs.keys()]) if (name.startsWith(start)) packs.delete(name);
  }

  async #request(name: string): Promise<Uint8Array | undefined> {
    const fetching = this.#fetch(name);
    this.#fetching.set(name, fetching);
    try {
      const pack = await fetching;
      if (pack && this.#fetching.get(name) === fetching) this.#recent.set(name, pack);
      return pack;
    } finally {
      if (this.#fetching.get(name) === fetching) this.#fetching.delete(name);
    }
  }
}
