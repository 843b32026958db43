/** Client operations on collections: create, list, read, remove; add and remove faces; search. */
import { randomUUID } from "node:crypto";
import { FairShare } from "../concurrency/fair-share.ts";
import { Slices } from "../concurrency/slices.ts";
import type {
  CollectionPage,
  CollectionsQuery,
  CollectionView,
  FacePage,
  FacesQuery,
  FaceView,
  MatchView,
  NewCollection,
} from "../contracts/collection.ts";
import type { Creation } from "../contracts/creation.ts";
import type { EncoderModel } from "../encoding/encoding.ts";
import { type Failure, failure } from "../errors.ts";
import { pageOf } from "../page.ts";
import type { Collection, CollectionFace, CollectionStore } from "../ports/collection-store.ts";
import { nowTimestamp } from "../time/timestamp.ts";
import { abridged } from "../visible-text.ts";
import { requireDistinct, requireFarther } from "./distinct.ts";
import type { FaceIndex } from "./face-index.ts";
import { facePage } from "./face-page.ts";
import { type Loaded, LoadedCollections } from "./loaded-collections.ts";
import type { Probe } from "./probe.ts";
import { requireQuality } from "./requirements.ts";

/** Maximum collections per owner. Concurrent requests may exceed it slightly. */
const MAX_COLLECTIONS = 10_000;
const DEFAULT_LIMIT = 100;
const MAX_FACES = 100_000;
/** Maximum numbers in all encodings of a collection: 200 MB in memory, or 100,000 faces of 512 numbers. */
const MAX_NUMBERS = 51_200_000;
/** Maximum numbers in the encodings that are added together: 8 MB, half of what MongoDB takes at once. */
const MAX_ADDED_NUMBERS = 1_000_000;
/** Numbers compared per step. A step takes less than a slice. */
const SCAN_NUMBERS = 32_768;
/** Maximum numbers to compare in the pending searches of an owner: about two seconds of work. */
const MAX_PENDING_NUMBERS = 2_000_000_000;

interface NewFace {
  readonly face: CollectionFace;
  readonly encoding: readonly number[];
}

export class CollectionManager {
  readonly #store: CollectionStore;
  readonly #loaded: LoadedCollections;
  readonly #slices = new Slices();
  /** Numbers to compare in all active and waiting searches. */
  readonly #pendingNumbers: FairShare;

  /**
   * @param maxPendingNumbers Limit on the numbers to compare in the pending searches of an owner; twice as many are
   *   pending for all owners together. Searches beyond it are rejected.
   * @param memoryBytes Memory for cached collections.
   */
  constructor(store: CollectionStore, maxPendingNumbers = MAX_PENDING_NUMBERS, memoryBytes?: number) {
    this.#store = store;
    this.#pendingNumbers = new FairShare(2 * maxPendingNumbers);
    this.#loaded = new LoadedCollections(store, this.#slices, memoryBytes);
  }

  /** @throws COLLECTION_EXISTS if the name is taken, except by the same creation; LIMIT_REACHED */
  async create(
    owner: string,
    { name, requirements }: NewCollection,
    { name: model, version, dimensions }: EncoderModel,
    creation?: Creation,
  ): Promise<CollectionView> {
    const collection: Collection = {
      ...{ id: randomUUID(), owner, name, model, version, createdAt: nowTimestamp() },
      ...(dimensions !== undefined && { dimensions }),
      ...(requirements && { requirements }),
      ...(creation && { creation: creation.id }),
    };
    const mayCreate = (await this.#store.count(owner)) < MAX_COLLECTIONS;
    if (mayCreate && (await this.#store.insert(collection))) return view(collection, 0);
    const before = await this.#store.find(owner, name);
    if (creation && before?.creation === creation.id) return view(before, await this.#store.countFaces(before.id));
    if (!mayCreate && !before)
      throw failure("LIMIT_REACHED", `An owner has at most ${MAX_COLLECTIONS} collections.`, {
        limit: MAX_COLLECTIONS,
      });
    throw failure("COLLECTION_EXISTS", `There is a collection ${name} already.`);
  }

  /** The owner's collections, ordered by name. */
  async list(owner: string, { limit = DEFAULT_LIMIT, cursor }: CollectionsQuery): Promise<CollectionPage> {
    const found = await this.#store.list(owner, { limit: limit + 1, ...(cursor !== undefined && { after: cursor }) });
    const { items, ...next } = pageOf(found, limit, ({ name }) => name);
    return { items: items.map((one) => view(one, one.faces)), ...next };
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

  /** @returns the collection's id, which all nodes must `forget`. @throws COLLECTION_NOT_FOUND */
  async remove(owner: string, name: string): Promise<string> {
    const { id } = await this.#find(owner, name);
    await this.#store.remove(id);
    return id;
  }

  /** Evicts a removed collection from memory. */
  forget(id: string): void {
    this.#loaded.forget(id);
  }

  /** Evicts the owner's collections from memory; they are loaded again when they are searched. */
  forgetOwner(owner: string): void {
    this.#loaded.forgetOwner(owner);
  }

  /**
   * @returns the faces added; if the same creation has added them before, those of them that are still there.
   * @throws COLLECTION_NOT_FOUND, COLLECTION_CONFLICT, COLLECTION_FULL, INVALID_OPTION, FACE_QUALITY, DUPLICATE_FACE,
   *   REQUEST_TOO_LARGE, OVERLOADED
   */
  async add(owner: string, name: string, probes: readonly Probe[], creation?: Creation): Promise<FaceView[]> {
    const collection = await this.#find(owner, name);
    const ids = probes.map((_, index) => (creation ? `${creation.id}-${index}` : randomUUID()));
    const before = creation ? await this.#store.findFaces(collection.id, ids) : [];
    if (before.length > 0) return before;
    const dimensions =
      collection.dimensions ?? (await this.#storedDimensions(collection)) ?? probes[0]?.encoding.length ?? 0;
    for (const [index, probe] of probes.entries()) {
      requireFit(collection, probe, dimensions, index);
      requireQuality(collection.requirements ?? {}, probe.quality, index);
    }
    if (probes.length * dimensions > MAX_ADDED_NUMBERS) {
      const most = Math.floor(MAX_ADDED_NUMBERS / dimensions);
      throw failure(
        "REQUEST_TOO_LARGE",
        `At most ${most} faces with encodings of ${dimensions} numbers are added at once.`,
      );
    }
    const addedAt = creation?.at ?? nowTimestamp();
    const added = probes.map(({ encoding, label = null, sha256 = null, box = null, quality }, index) => ({
      face: { id: ids[index] as string, label, sha256, box, ...(quality && { quality }), addedAt },
      encoding,
    }));
    const maxFaces = Math.min(MAX_FACES, Math.floor(MAX_NUMBERS / dimensions));
    if (!(await this.#addNew(collection, added, maxFaces))) {
      // A first face with another length may have been added concurrently.
      const stored = (await this.#storedDimensions(collection)) ?? dimensions;
      for (const probe of probes) requireFit(collection, probe, stored);
      const { faces } = await this.get(owner, name);
      throw failure("COLLECTION_FULL", `The collection holds ${faces} faces; at most ${maxFaces} are kept.`);
    }
    return added.map(({ face }) => face);
  }

  /**
   * Adds faces of which none is nearer than `minDistance` to another. Faces that others add meanwhile are compared too.
   * @returns whether they were added.
   * @throws DUPLICATE_FACE, OVERLOADED
   */
  async #addNew(collection: Collection, added: readonly NewFace[], maxFaces: number): Promise<boolean> {
    const { id, owner, requirements: { minDistance } = {} } = collection;
    if (minDistance === undefined) return this.#store.addFaces(id, added, maxFaces);
    await requireDistinct(
      added.map(({ encoding }) => encoding),
      minDistance,
      async (before, encoding) => (await this.#scan(owner, before, encoding, { limit: 1 }))[0],
    );
    return this.#loaded.use(collection, () => this.#addFarther(collection, added, { maxFaces, minDistance }));
  }

  /** As `#addNew`, for faces that were compared with each other. */
  async #addFarther(
    collection: Collection,
    added: readonly NewFace[],
    { maxFaces, minDistance }: { maxFaces: number; minDistance: number },
  ): Promise<boolean> {
    const { id, owner } = collection;
    const ids = new Set(added.map(({ face }) => face.id));
    let compared: { readonly loaded: Loaded; readonly count: number } | undefined;
    for (;;) {
      const loaded = await this.#loaded.load(collection);
      const from = compared?.loaded === loaded ? compared.count : 0;
      const {
        lastSequence: after,
        index: { count },
      } = loaded;
      for (const [index, { encoding }] of added.entries()) {
        const [nearest] = await this.#scan(owner, loaded.index, encoding, { limit: 1, from });
        const faceId = nearest && loaded.faces[nearest.position]?.id;
        // Another request of the same creation has just added them.
        if (faceId !== undefined && ids.has(faceId)) return true;
        if (nearest) requireFarther(nearest, minDistance, { index, ...(faceId !== undefined && { faceId }) });
      }
      if (await this.#store.addFaces(id, added, maxFaces, after)) return true;
      const areOthersAdded = (await this.#store.faces(id, after, 1)).length > 0;
      const removals = await this.#store.removals(id);
      // Faces that others added may have been removed again.
      if (removals === undefined || (!areOthersAdded && removals === loaded.removals)) return false;
      compared = { loaded, count };
    }
  }

  /** @throws COLLECTION_NOT_FOUND */
  async faces(owner: string, name: string, query: FacesQuery): Promise<FacePage> {
    return facePage(this.#store, (await this.#find(owner, name)).id, query);
  }

  /** @throws COLLECTION_NOT_FOUND, FACE_NOT_FOUND */
  async removeFace(owner: string, name: string, faceId: string): Promise<void> {
    const { id } = await this.#find(owner, name);
    if (!(await this.#store.removeFace(id, faceId)))
      throw failure("FACE_NOT_FOUND", `There is no face ${abridged(faceId)}.`);
  }

  /**
   * Yields to other work while it searches. Ignores faces added meanwhile.
   * @returns the nearest faces, best first, and the number of faces searched.
   * @throws as `add` does; OVERLOADED
   */
  async search(owner: string, name: string, probe: Probe, limit: number) {
    const collection = await this.#find(owner, name);
    return this.#loaded.use(collection, () => this.#search(collection, probe, limit));
  }

  async #search(collection: Collection, probe: Probe, limit: number) {
    const { index, faces } = await this.#loaded.load(collection);
    const dimensions = index.dimensions || collection.dimensions;
    if (dimensions !== undefined) requireFit(collection, probe, dimensions);
    const searched = index.count;
    const best = await this.#scan(collection.owner, index, probe.encoding, { limit });
    const items = best.map(({ position, similarity }): MatchView => {
      // Rounding may push it slightly beyond ±1.
      return { ...(faces[position] as CollectionFace), similarity: Math.max(-1, Math.min(1, similarity)) };
    });
    return { items, searched, model: collection.model, version: collection.version };
  }

  /** The vectors nearest to the encoding, from a position on, best first. @throws OVERLOADED */
  async #scan(
    owner: string,
    index: FaceIndex,
    encoding: readonly number[],
    { limit, from = 0 }: { limit: number; from?: number },
  ) {
    const search = index.beginSearch(encoding, limit, from);
    const vectorsAtOnce = Math.max(1, Math.floor(SCAN_NUMBERS / encoding.length));
    const numbers = (index.count - from) * encoding.length;
    await this.#admitted(owner, numbers, () => this.#slices.run(owner, () => search.scan(vectorsAtOnce)));
    return search.best;
  }

  async #admitted(owner: string, numbers: number, search: () => Promise<void>): Promise<void> {
    if (!this.#pendingNumbers.hasRoom(owner, numbers))
      throw failure("OVERLOADED", "Too many searches are under way.", { retryAfterSeconds: 2 });
    this.#pendingNumbers.take(owner, numbers);
    try {
      await search();
    } finally {
      this.#pendingNumbers.giveBack(owner, numbers);
    }
  }

  /** Length of the stored encodings; undefined while there is none. */
  async #storedDimensions({ id }: Collection): Promise<number | undefined> {
    const [first] = await this.#store.faces(id, 0, 1);
    return first?.encoding.length;
  }

  async #find(owner: string, name: string): Promise<Collection> {
    const collection = await this.#store.find(owner, name);
    if (!collection) throw notFound(name);
    return collection;
  }
}

function requireFit({ name, version }: Collection, probe: Probe, dimensions: number, index = 0): void {
  if (probe.version !== undefined && probe.version !== version)
    throw failure("COLLECTION_CONFLICT", `${name} is of version ${version}; the service now has ${probe.version}.`);
  if (probe.encoding.length !== dimensions)
    throw failure("INVALID_OPTION", `The encodings of ${name} have ${dimensions} numbers.`, { dimensions, index });
}

function view({ name, model, version, requirements, createdAt }: Collection, faces: number): CollectionView {
  return { name, model, version, faces, ...(requirements && { requirements }), createdAt };
}

function notFound(name: string): Failure {
  return failure("COLLECTION_NOT_FOUND", `There is no collection ${name}.`);
}
