/** Client operations on collections: create, list, read, remove; add and remove faces; search. */
import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { CollectionView, FaceView, MatchView } from "../contracts/collection.ts";
import type { EncoderModel } from "../encoding/encoding.ts";
import { type Failure, failure } from "../errors.ts";
import type { Collection, CollectionFace, CollectionStore } from "../ports/collection-store.ts";
import { nowTimestamp } from "../time.ts";
import { FaceIndex } from "./face-index.ts";
import { Slices } from "./slices.ts";

const MAX_FACES = 100_000;
/** Maximum numbers in all encodings of a collection: 200 MB in memory, or 100,000 faces of 512 numbers. */
const MAX_NUMBERS = 51_200_000;
const MEMORY_BYTES = 512 * 2 ** 20;
/** Numbers read or compared per step; takes less than a slice. */
const PAGE_NUMBERS = 32_768;
const SCAN_NUMBERS = 32_768;
/** About two seconds of work. */
const MAX_PENDING_NUMBERS = 2_000_000_000;
/** Assumed dimensions for an encoder that does not declare them. */
const UNKNOWN_DIMENSIONS = 4096;

/** A face to add or search for. */
export interface Probe {
  readonly encoding: readonly number[];
  readonly sha256?: string;
  readonly box?: CollectionFace["box"];
  readonly label?: string;
  /** Version of the model that made the encoding; absent if the client sent the encoding itself. */
  readonly version?: string;
}

/** A collection in memory, possibly loaded only in part. */
interface Loaded {
  readonly index: FaceIndex;
  readonly faces: CollectionFace[];
  readonly removals: number;
  lastSequence: number;
}

export class CollectionManager {
  readonly #store: CollectionStore;
  readonly #maxPendingNumbers: number;
  readonly #loaded: LRUCache<string, Loaded>;
  /** Loads of a collection are serialized; each continues where the previous one ended. */
  readonly #loading = new Map<string, Promise<Loaded>>();
  readonly #slices = new Slices();
  /** Total over all active and waiting searches. */
  #pendingNumbers = 0;

  /**
   * @param maxPendingNumbers Limit on the numbers to compare in all pending searches; searches beyond it are rejected.
   * @param memoryBytes Memory for cached collections.
   */
  constructor(store: CollectionStore, maxPendingNumbers = MAX_PENDING_NUMBERS, memoryBytes = MEMORY_BYTES) {
    this.#store = store;
    this.#maxPendingNumbers = maxPendingNumbers;
    this.#loaded = new LRUCache({
      maxSize: memoryBytes,
      sizeCalculation: ({ index, faces }) => 1024 + index.bytes + 256 * faces.length,
    });
  }

  /** @throws COLLECTION_EXISTS */
  async create(
    owner: string,
    name: string,
    { name: model, version, dimensions }: EncoderModel,
  ): Promise<CollectionView> {
    const collection: Collection = {
      ...{ id: randomUUID(), owner, name, model, version, createdAt: nowTimestamp() },
      ...(dimensions !== undefined && { dimensions }),
    };
    if (!(await this.#store.insert(collection)))
      throw failure("COLLECTION_EXISTS", `There is a collection ${name} already.`);
    return view(collection, 0);
  }

  async list(owner: string): Promise<CollectionView[]> {
    const collections = await this.#store.list(owner);
    return Promise.all(collections.map(async (one) => view(one, await this.#store.countFaces(one.id))));
  }

  /** @throws COLLECTION_NOT_FOUND */
  async get(owner: string, name: string): Promise<CollectionView> {
    const collection = await this.#find(owner, name);
    return view(collection, await this.#store.countFaces(collection.id));
  }

  /** @throws COLLECTION_NOT_FOUND */
  async require(owner: string, name: string): Promise<void> {
    await this.#find(owner, name);
  }

  /** @throws COLLECTION_NOT_FOUND */
  async remove(owner: string, name: string): Promise<void> {
    await this.#remove(await this.#find(owner, name));
  }

  /** Ignores collections that are removed concurrently. */
  async removeAll(owner: string): Promise<void> {
    for (const collection of await this.#store.list(owner)) await this.#remove(collection);
  }

  async #remove({ id }: Collection): Promise<void> {
    await this.#store.remove(id);
    this.#loaded.delete(id);
  }

  /** Evicts all collections from memory; they are loaded again when they are searched. */
  forget(): void {
    this.#loaded.clear();
  }

  /** @throws COLLECTION_NOT_FOUND, COLLECTION_CONFLICT, COLLECTION_FULL, INVALID_OPTION */
  async add(owner: string, name: string, probes: readonly Probe[]): Promise<FaceView[]> {
    const collection = await this.#find(owner, name);
    // The first face takes precedence over the model: it may have been added when the dimensions were unknown.
    const [first] = await this.#store.faces(collection.id, 0, 1);
    const dimensions = first?.encoding.length ?? collection.dimensions ?? probes[0]?.encoding.length ?? 0;
    for (const probe of probes) requireFit(collection, probe, dimensions);
    const added = probes.map(({ encoding, label = null, sha256 = null, box = null }) => ({
      face: { id: randomUUID(), label, sha256, box, addedAt: nowTimestamp() },
      encoding,
    }));
    const maxFaces = Math.min(MAX_FACES, Math.floor(MAX_NUMBERS / dimensions));
    if (!(await this.#store.addFaces(collection.id, added, maxFaces))) {
      // A first face with another length may have been added concurrently.
      const [first] = await this.#store.faces(collection.id, 0, 1);
      if (first) for (const probe of probes) requireFit(collection, probe, first.encoding.length);
      const { faces } = await this.get(owner, name);
      throw failure("COLLECTION_FULL", `The collection holds ${faces} faces; at most ${maxFaces} are kept.`);
    }
    return added.map(({ face }) => face);
  }

  /** @throws COLLECTION_NOT_FOUND, FACE_NOT_FOUND */
  async removeFace(owner: string, name: string, faceId: string): Promise<void> {
    const { id } = await this.#find(owner, name);
    if (!(await this.#store.removeFace(id, faceId))) throw failure("FACE_NOT_FOUND", `There is no face ${faceId}.`);
  }

  /**
   * Yields to other work while it searches. Ignores faces added meanwhile.
   * @returns the nearest faces, best first, and the number of faces searched.
   * @throws as `add` does; OVERLOADED
   */
  async search(owner: string, name: string, probe: Probe, limit: number) {
    const collection = await this.#find(owner, name);
    const { index, faces } = await this.#load(collection);
    const dimensions = index.dimensions || collection.dimensions;
    if (dimensions !== undefined) requireFit(collection, probe, dimensions);
    const searched = index.count;
    const search = index.beginSearch(probe.encoding, limit);
    const vectorsAtOnce = Math.max(1, Math.floor(SCAN_NUMBERS / probe.encoding.length));
    await this.#admitted(searched * probe.encoding.length, () => this.#slices.run(() => search.scan(vectorsAtOnce)));
    const items = search.best.map(({ position, similarity }): MatchView => {
      // Rounding may push it slightly beyond ±1.
      return { ...(faces[position] as CollectionFace), similarity: Math.max(-1, Math.min(1, similarity)) };
    });
    return { items, searched, model: collection.model, version: collection.version };
  }

  async #admitted(numbers: number, search: () => Promise<void>): Promise<void> {
    if (this.#pendingNumbers > 0 && this.#pendingNumbers + numbers > this.#maxPendingNumbers)
      throw failure("OVERLOADED", "Too many searches are under way.", { retryAfterSeconds: 2 });
    this.#pendingNumbers += numbers;
    try {
      await search();
    } finally {
      this.#pendingNumbers -= numbers;
    }
  }

  async #find(owner: string, name: string): Promise<Collection> {
    const collection = await this.#store.find(owner, name);
    if (!collection) throw notFound(name);
    return collection;
  }

  async #load(collection: Collection): Promise<Loaded> {
    const { id } = collection;
    const before = this.#loading.get(id);
    const loading = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#readOn(collection));
    this.#loading.set(id, loading);
    const forget = () => this.#loading.get(id) === loading && this.#loading.delete(id);
    loading.then(forget, forget);
    return loading;
  }

  /** Loads the faces added since the last load, or all of them after a removal. */
  async #readOn({ id, dimensions = UNKNOWN_DIMENSIONS }: Collection): Promise<Loaded> {
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
      if (page.length > 0 || !isCurrent) this.#keep(id, loaded);
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

function requireFit({ name, version }: Collection, probe: Probe, dimensions: number): void {
  if (probe.version !== undefined && probe.version !== version)
    throw failure("COLLECTION_CONFLICT", `${name} is of version ${version}; the service now has ${probe.version}.`);
  if (probe.encoding.length !== dimensions)
    throw failure("INVALID_OPTION", `The encodings of ${name} have ${dimensions} numbers.`, { dimensions });
}

function view({ name, model, version, createdAt }: Collection, faces: number): CollectionView {
  return { name, model, version, faces, createdAt };
}

function notFound(name: string): Failure {
  return failure("COLLECTION_NOT_FOUND", `There is no collection ${name}.`);
}
