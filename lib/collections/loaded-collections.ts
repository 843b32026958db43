/** Collections that are kept in memory for searches. A repeated load reads only the faces that were added since. */
import { LRUCache } from "lru-cache";
import { FairShare } from "../concurrency/fair-share.ts";
import type { Slices } from "../concurrency/slices.ts";
import { type Failure, failure } from "../errors.ts";
import type { Collection, CollectionFace, CollectionStore } from "../ports/collection-store.ts";
import { FaceIndex } from "./face-index.ts";

const MEMORY_BYTES = 512 * 2 ** 20;
/** Approximate memory of a face without its vector. */
const FACE_BYTES = 400;
/** Numbers read per step. A step takes less than a slice. */
const PAGE_NUMBERS = 32_768;
/** Assumed dimensions for an encoder that does not declare them. */
const UNKNOWN_DIMENSIONS = 4096;
/** Maximum uses of all owners that have begun or wait for memory. One owner alone has at most half of them. */
const MAX_USES = 2000;
/** Maximum time that a use waits for memory. */
const MAX_WAIT_MS = 15_000;

/** A collection, possibly loaded only in part. After a removal it is replaced by another. */
export interface Loaded {
  readonly owner: string;
  readonly index: FaceIndex;
  readonly faces: CollectionFace[];
  readonly removals: number;
  lastSequence: number;
}

/** Work that needs a collection in memory. */
interface Use extends Pick<Collection, "id" | "owner"> {
  readonly bytes: number;
  readonly begin: () => void;
}

interface Read extends Pick<Collection, "id" | "owner"> {
  isForgotten: boolean;
}

export class LoadedCollections {
  readonly #store: CollectionStore;
  readonly #slices: Slices;
  readonly #loaded: LRUCache<string, Loaded>;
  /** Loads of a collection are serialized; each continues where the previous one ended. */
  readonly #loading = new Map<string, Promise<Loaded>>();
  /** Collections that are being read. One that is forgotten meanwhile is not kept. */
  readonly #reads = new Set<Read>();
  readonly #memoryBytes: number;
  /** Memory of the collections in use, which they take whether or not the cache keeps them. */
  readonly #inUse: FairShare;
  /** How many uses each collection in use has, and the memory that is counted for it. */
  readonly #users = new Map<string, { count: number; readonly bytes: number }>();
  /** How many uses there are, with those that wait. */
  readonly #uses = new FairShare(MAX_USES);
  /** In the order of their arrival. */
  readonly #waiting = new Set<Use>();

  /**
   * @param memoryBytes Limit of the cache, beyond which the collections used least recently are dropped, and of the
   *   collections in use.
   */
  constructor(store: CollectionStore, slices: Slices, memoryBytes = MEMORY_BYTES) {
    this.#store = store;
    this.#slices = slices;
    this.#memoryBytes = memoryBytes;
    this.#inUse = new FairShare(memoryBytes);
    this.#loaded = new LRUCache({
      maxSize: memoryBytes,
      sizeCalculation: bytesOf,
    });
  }

  /**
   * Does work that loads the collection. The work begins once there is memory for the collection beside the others in
   * use: otherwise searches in many collections would load all of them at the same time.
   * @throws OVERLOADED if too many uses have begun or wait, or there is no memory in time.
   */
  async use<T>(collection: Collection, work: () => Promise<T>): Promise<T> {
    const { owner } = collection;
    if (!this.#uses.hasRoom(owner, 1)) throw tooMany();
    this.#uses.take(owner, 1);
    try {
      return await this.#useInTurn(collection, work);
    } finally {
      this.#uses.giveBack(owner, 1);
    }
  }

  async #useInTurn<T>(collection: Collection, work: () => Promise<T>): Promise<T> {
    const { id, owner } = collection;
    const { promise: begun, resolve: begin, reject } = Promise.withResolvers<void>();
    const use = { id, owner, bytes: await this.#bytesFor(collection), begin };
    this.#waiting.add(use);
    const timer = setTimeout(() => {
      this.#waiting.delete(use);
      reject(tooMany());
      // Others may have waited behind it.
      this.#beginUses();
    }, MAX_WAIT_MS);
    this.#beginUses();
    await begun.finally(() => clearTimeout(timer));
    try {
      return await work();
    } finally {
      this.#endUse(use);
    }
  }

  /** At most half of the memory, so that there is room for any collection beside those of another owner. */
  async #bytesFor({ id, dimensions = UNKNOWN_DIMENSIONS }: Collection): Promise<number> {
    const loaded = this.#loaded.peek(id);
    // An index takes up to twice the memory of its vectors.
    const bytes = loaded
      ? bytesOf(loaded)
      : (2 * Float32Array.BYTES_PER_ELEMENT * dimensions + FACE_BYTES) * (await this.#store.countFaces(id));
    return Math.min(bytes, this.#memoryBytes / 2);
  }

  /**
   * In the order of arrival, as far as there is memory. A use that must wait is passed only by those of other owners, and
   * by none if its owner has nothing in use. Otherwise it would wait as long as the collections in use are searched
   * without a pause.
   */
  #beginUses(): void {
    const ownersThatWait = new Set<string>();
    for (const use of this.#waiting) {
      const { owner } = use;
      if (ownersThatWait.has(owner)) continue;
      if (this.#take(use)) {
        this.#waiting.delete(use);
        use.begin();
      } else if (this.#inUse.hasAny(owner)) ownersThatWait.add(owner);
      else return;
    }
  }

  /** Takes memory for the use, unless its collection is in use already. @returns false if there is too little. */
  #take({ id, owner, bytes }: Use): boolean {
    const users = this.#users.get(id);
    if (users) users.count++;
    else if (!this.#inUse.hasRoom(owner, bytes)) return false;
    else {
      this.#inUse.take(owner, bytes);
      this.#users.set(id, { count: 1, bytes });
    }
    return true;
  }

  #endUse({ id, owner }: Use): void {
    const users = this.#users.get(id);
    if (!users || --users.count > 0) return;
    this.#users.delete(id);
    this.#inUse.giveBack(owner, users.bytes);
    this.#beginUses();
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
    this.#loaded.delete(id);
    for (const read of this.#reads) if (read.id === id) read.isForgotten = true;
  }

  /** Evicts the owner's collections. They are loaded again when they are needed. */
  forgetOwner(owner: string): void {
    for (const [id, loaded] of [...this.#loaded]) if (loaded.owner === owner) this.#loaded.delete(id);
    for (const read of this.#reads) if (read.owner === owner) read.isForgotten = true;
  }

  async #readOn(collection: Collection): Promise<Loaded> {
    const read = { id: collection.id, owner: collection.owner, isForgotten: false };
    this.#reads.add(read);
    try {
      return await this.#readFaces(collection, read);
    } finally {
      this.#reads.delete(read);
    }
  }

  /** Loads the faces added since the last load, or all of them after a removal. */
  async #readFaces({ id, owner, dimensions = UNKNOWN_DIMENSIONS }: Collection, read: Read): Promise<Loaded> {
    const removals = (await this.#store.removals(id)) ?? 0;
    const known = this.#loaded.get(id);
    const isCurrent = known?.removals === removals;
    const loaded = isCurrent ? known : { owner, index: new FaceIndex(), faces: [], removals, lastSequence: 0 };
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
      if (!read.isForgotten && (page.length > 0 || !isCurrent)) this.#keep(id, loaded);
      if (page.length < pageSize) return loaded;
      await this.#slices.next(owner);
    }
  }

  #keep(id: string, loaded: Loaded): void {
    // The cache calculates an entry's size only once, but this entry has grown.
    this.#loaded.delete(id);
    this.#loaded.set(id, loaded);
  }
}

function tooMany(): Failure {
  return failure("OVERLOADED", "Too many searches wait for the memory of collections.", { retryAfterSeconds: 2 });
}

function bytesOf({ index, faces }: Loaded): number {
  return 1024 + index.bytes + FACE_BYTES * faces.length;
}
