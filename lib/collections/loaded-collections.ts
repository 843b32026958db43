/** Collections that are kept in memory for searches. A repeated load reads only the faces that were added since. */
import { LRUCache } from "lru-cache";
import type { Collection, CollectionFace, CollectionStore } from "../ports/collection-store.ts";
import { FaceIndex } from "./face-index.ts";
import type { Slices } from "./slices.ts";

const MEMORY_BYTES = 512 * 2 ** 20;
/** Approximate memory of a face without its vector. */
const FACE_BYTES = 400;
/** Numbers read per step. A step takes less than a slice. */
const PAGE_NUMBERS = 32_768;
/** Assumed dimensions for an encoder that does not declare them. */
const UNKNOWN_DIMENSIONS = 4096;

/** A collection, possibly loaded only in part. After a removal it is replaced by another. */
export interface Loaded {
  readonly index: FaceIndex;
  readonly faces: CollectionFace[];
  readonly removals: number;
  lastSequence: number;
}

export class LoadedCollections {
  readonly #store: CollectionStore;
  readonly #slices: Slices;
  readonly #loaded: LRUCache<string, Loaded>;
  /** Loads of a collection are serialized; each continues where the previous one ended. */
  readonly #loading = new Map<string, Promise<Loaded>>();
  /** Grows with each `forget`. A collection that was being read at that time is not kept. */
  #forgotten = 0;

  /** @param memoryBytes Limit of the cache. Beyond it, the collections used least recently are dropped. */
  constructor(store: CollectionStore, slices: Slices, memoryBytes = MEMORY_BYTES) {
    this.#store = store;
    this.#slices = slices;
    this.#loaded = new LRUCache({
      maxSize: memoryBytes,
      sizeCalculation: ({ index, faces }) => 1024 + index.bytes + FACE_BYTES * faces.length,
    });
  }

  /** Loads the collection with all faces that were added before the call. */
  async load(collection: Collection): Promise<Loaded> {
    const { id } = collection;
    const before = this.#loading.get(id);
    const loading = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#readOn(collection));
    this.#loading.set(id, loading);
    const forget = () => this.#loading.get(id) === loading && this.#loading.delete(id);
    loading.then(forget, forget);
    return loading;
  }

  forget(id: string): void {
    this.#forgotten++;
    this.#loaded.delete(id);
  }

  /** Evicts all collections. They are loaded again when they are needed. */
  forgetAll(): void {
    this.#forgotten++;
    this.#loaded.clear();
  }

  /** Loads the faces added since the last load, or all of them after a removal. */
  async #readOn({ id, dimensions = UNKNOWN_DIMENSIONS }: Collection): Promise<Loaded> {
    const forgotten = this.#forgotten;
    const removals = (await this.#store.removals(id)) ?? 0;
    const known = this.#loaded.get(id);
    const isCurrent = known?.removals === removals;
    const loaded = isCurrent ? known : { index: new FaceIndex(), faces: [], removals, lastSequence: 0 };
    for (;;) {
      const pageSize = Math.floor(PAGE_NUMBERS / (loaded.index.dimensions || dimensions));
      const page = await this.#store.faces(id, loaded.lastSequence, pageSize);
      for (const { sequence, face, encoding } of page) {
        loaded.lastSequence = sequence;
        // Earlier versions could add concurrent first faces of different lengths; skip those that do not match.
        if (loaded.index.count > 0 && encoding.length !== loaded.index.dimensions) continue;
        loaded.index.add(encoding);
        loaded.faces.push(face);
      }
      if (forgotten === this.#forgotten && (page.length > 0 || !isCurrent)) this.#keep(id, loaded);
      if (page.length < pageSize) return loaded;
      await this.#slices.next();
    }
  }

  #keep(id: string, loaded: Loaded): void {
    // The cache calculates an entry's size only once, but this entry has grown.
    this.#loaded.delete(id);
    this.#loaded.set(id, loaded);
  }
}
