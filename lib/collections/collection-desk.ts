/** What clients may ask of collections: make, list, read, remove; add and remove faces; search. */
import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { CollectionView, FaceView, MatchView } from "../contracts/collection.ts";
import type { EncoderModel } from "../encoding/encoding.ts";
import { type Failure, failure } from "../errors.ts";
import { nowTimestamp } from "../jobs/time.ts";
import type { Collection, CollectionFace, CollectionStore } from "../ports/collection-store.ts";
import { FaceIndex } from "./face-index.ts";

export const MAX_FACES = 100_000;
const MEMORY_BYTES = 512 * 2 ** 20;
const PAGE = 1000;

/** A face to be added or looked for. */
export interface Probe {
  readonly encoding: readonly number[];
  readonly sha256?: string;
  readonly box?: CollectionFace["box"];
  readonly label?: string | undefined;
  /** Of the model that made the encoding; absent where the client sent the encoding itself. */
  readonly version?: string;
}

/** A collection in memory, as far as it was read. */
interface Loaded {
  readonly index: FaceIndex;
  readonly faces: CollectionFace[];
  readonly removals: number;
  lastSequence: number;
}

export class CollectionDesk {
  readonly #store: CollectionStore;
  readonly #loaded = new LRUCache<string, Loaded>({
    maxSize: MEMORY_BYTES,
    sizeCalculation: ({ index, faces }) => 1024 + index.bytes + 256 * faces.length,
  });
  /** One reads a collection at a time; those that come meanwhile read on from there. */
  readonly #loading = new Map<string, Promise<Loaded>>();

  constructor(store: CollectionStore) {
    this.#store = store;
  }

  /** @throws COLLECTION_EXISTS */
  async create(owner: string, name: string, { name: model, version }: EncoderModel): Promise<CollectionView> {
    const collection = { id: randomUUID(), owner, name, model, version, createdAt: nowTimestamp() };
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
  async remove(owner: string, name: string): Promise<void> {
    const { id } = await this.#find(owner, name);
    await this.#store.remove(id);
    this.#loaded.delete(id);
  }

  async removeAll(owner: string): Promise<void> {
    for (const { name } of await this.#store.list(owner)) await this.remove(owner, name);
  }

  /** @throws COLLECTION_NOT_FOUND, COLLECTION_CONFLICT, COLLECTION_FULL, INVALID_OPTION */
  async add(owner: string, name: string, probes: readonly Probe[]): Promise<FaceView[]> {
    const collection = await this.#find(owner, name);
    const [first] = await this.#store.faces(collection.id, 0, 1);
    const dimensions = first?.encoding.length ?? probes[0]?.encoding.length ?? 0;
    for (const probe of probes) requireFit(collection, probe, dimensions);
    const added = probes.map(({ encoding, label = null, sha256 = null, box = null }) => ({
      face: { id: randomUUID(), label, sha256, box, addedAt: nowTimestamp() },
      encoding,
    }));
    if (!(await this.#store.addFaces(collection.id, added, MAX_FACES))) {
      const { faces } = await this.get(owner, name);
      throw failure("COLLECTION_FULL", `The collection holds ${faces} faces; at most ${MAX_FACES} are kept.`);
    }
    return added.map(({ face }) => face);
  }

  /** @throws COLLECTION_NOT_FOUND, FACE_NOT_FOUND */
  async removeFace(owner: string, name: string, faceId: string): Promise<void> {
    const { id } = await this.#find(owner, name);
    if (!(await this.#store.removeFace(id, faceId))) throw failure("FACE_NOT_FOUND", `There is no face ${faceId}.`);
  }

  /** @returns the nearest faces, best first, and among how many. @throws as `add` does */
  async search(owner: string, name: string, probe: Probe, limit: number) {
    const collection = await this.#find(owner, name);
    const { index, faces } = await this.#load(collection.id);
    if (faces.length > 0) requireFit(collection, probe, index.dimensions);
    const matches = index.search(probe.encoding, limit);
    const items = matches.map(({ position, similarity }): MatchView => {
      // Rounding may take it a little beyond 1.
      return { ...(faces[position] as CollectionFace), similarity: Math.max(-1, Math.min(1, similarity)) };
    });
    return { items, searched: faces.length, model: collection.model, version: collection.version };
  }

  async #find(owner: string, name: string): Promise<Collection> {
    const collection = await this.#store.find(owner, name);
    if (!collection) throw notFound(name);
    return collection;
  }

  async #load(id: string): Promise<Loaded> {
    const before = this.#loading.get(id);
    const loading = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#readOn(id));
    this.#loading.set(id, loading);
    const forget = () => this.#loading.get(id) === loading && this.#loading.delete(id);
    loading.then(forget, forget);
    return loading;
  }

  /** What was added since is read on; after a removal all is read anew. */
  async #readOn(id: string): Promise<Loaded> {
    const removals = (await this.#store.removals(id)) ?? 0;
    const known = this.#loaded.get(id);
    const isCurrent = known?.removals === removals;
    const loaded = isCurrent ? known : { index: new FaceIndex(), faces: [], removals, lastSequence: 0 };
    for (;;) {
      const page = await this.#store.faces(id, loaded.lastSequence, PAGE);
      for (const { sequence, face, encoding } of page) {
        loaded.index.add(encoding);
        loaded.faces.push(face);
        loaded.lastSequence = sequence;
      }
      if (page.length > 0 || !isCurrent) this.#loaded.set(id, loaded);
      if (page.length < PAGE) return loaded;
    }
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
