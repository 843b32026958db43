import type {
  Collection,
  CollectionFace,
  CollectionPageRequest,
  CollectionStore,
  CountedCollection,
  ListedFace,
  StoredFace,
} from "../../ports/collection-store.ts";
import type { MongoAdapter } from "./adapter.ts";
import { newName } from "./entities.ts";
import { type CollectionDocument, type FaceDocument, REMOVED, type RemovedFace } from "./face-documents.ts";
import { isDuplicate, parseStored, untilDecided, withRetries } from "./failure.ts";
import { storedVectors, vectorsOf } from "./vectors.ts";

/** How long removed faces are kept. No insertion takes that long. */
const REMOVED_KEPT_MS = 86_400_000;
/** Collections whose faces are swept at a time. */
const SWEPT = 500;

type FaceChange = {
  readonly $set: Partial<CollectionDocument>;
  readonly $inc: { readonly [name in "sequence" | "faceCount" | "removals"]?: number };
};

/**
 * Collections in MongoDB. Faces are first staged in the collection's document by compare-and-set; the next reader then
 * gives them their own documents, in order. So no reader sees a face before one that was added earlier. Removals work
 * the same way: the compare-and-set counts each once, even when retried.
 */
export class MongoCollectionStore implements CollectionStore {
  readonly #collections: MongoAdapter<CollectionDocument>;
  readonly #faces: MongoAdapter<FaceDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#collections = collection("faceCollections") as MongoAdapter<CollectionDocument>;
    this.#faces = collection("faces") as MongoAdapter<FaceDocument>;
  }

  async insert(collection: Collection): Promise<boolean> {
    const { id, owner, name } = collection;
    const counts = { sequence: 0, faceCount: 0, removals: 0, staged: [] };
    const document = { _id: idOf(owner, name), id, owner, name, body: JSON.stringify(collection), ...counts };
    try {
      await withRetries(() => this.#collections.insert({ ...document, change: newName() }));
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      // If the response was lost, the existing one may be ours.
      return (await this.find(owner, name))?.id === id;
    }
  }

  async find(owner: string, name: string): Promise<Collection | undefined> {
    const found = await this.#readField({ _id: idOf(owner, name) }, "body");
    return found && collectionOf(found);
  }

  async list(owner: string, { limit, after }: CollectionPageRequest): Promise<CountedCollection[]> {
    const filter = { owner, ...(after !== undefined && { name: { $gt: after } }) };
    // Reads the collections without the encodings of faces that have no documents yet.
    const options = { projection: { body: 1, faceCount: 1 } };
    const { collection } = this.#collections;
    const found = await withRetries(() => collection.find(filter, options).sort({ name: 1 }).limit(limit).toArray());
    return found.map((document) => ({ ...collectionOf(document), faces: document.faceCount }));
  }

  count(owner: string): Promise<number> {
    return withRetries(() => this.#collections.collection.countDocuments({ owner }));
  }

  async remove(id: string): Promise<void> {
    const removeFaces = () => withRetries(() => this.#faces.removeMany({ collectionId: id }));
    // Faces are removed before the collection: without it, nobody would find those that a crash leaves.
    await removeFaces();
    await withRetries(() => this.#collections.removeMany({ id }));
    // Removes the faces that were added meanwhile.
    await removeFaces();
  }

  async sweep(): Promise<void> {
    for (let after: string | undefined = ""; after !== undefined; ) {
      const ids = await this.#idsFrom({ $gt: after });
      const last: string | undefined = ids.length < SWEPT ? undefined : ids.at(-1);
      await this.#sweepAmong({ $gt: after, ...(last !== undefined && { $lte: last }) }, [REMOVED, ...ids]);
      after = last;
    }
  }

  /** Removes the faces of collections within the range of ids that neither are known nor exist. */
  async #sweepAmong(range: { readonly $gt: string; readonly $lte?: string }, known: string[]): Promise<void> {
    const { collection } = this.#faces;
    for (;;) {
      const filter = { collectionId: { ...range, $nin: known } };
      const face = await withRetries(() => collection.findOne(filter, { projection: { _id: 0, collectionId: 1 } }));
      if (!face) return;
      const { collectionId } = face;
      known.push(collectionId);
      // Ids are not reused, and a collection is stored before its first face. So a collection that does not exist now
      // was removed.
      if ((await this.#idsFrom({ $eq: collectionId })).length === 0)
        await withRetries(() => this.#faces.removeMany({ collectionId }));
    }
  }

  /** Ids of collections, in order, at most `SWEPT`. Reads no encodings of faces that have no documents yet. */
  async #idsFrom(id: { readonly $gt: string } | { readonly $eq: string }): Promise<string[]> {
    const { collection } = this.#collections;
    const options = { projection: { _id: 0, id: 1 }, sort: { id: 1 }, limit: SWEPT } as const;
    const found = await withRetries(() => collection.find({ id }, options).toArray());
    return found.map((document) => document.id);
  }

  async addFaces(
    id: string,
    faces: readonly { readonly face: CollectionFace; readonly encoding: readonly number[] }[],
    limit: number,
    after?: number,
  ): Promise<boolean> {
    return this.#change(id, async (document) => {
      if (!document) return false;
      const [first] = faces;
      const ids = faces.map(({ face }) => face.id);
      // An attempt whose response was lost added them, and others have changed the collection since.
      if ((await this.#findFaces(id, ids)).length > 0) return true;
      if (document.faceCount + faces.length > limit) return false;
      if (after !== undefined && (await this.#page(id, after, 1)).length > 0) return false;
      const dimensions = (await this.#page(id, 0, 1))[0]?.encoding.length ?? first?.encoding.length;
      if (faces.some(({ encoding }) => encoding.length !== dimensions)) return false;
      const staged = faces.map(({ face, encoding }, index): FaceDocument => {
        const sequence = document.sequence + 1 + index;
        const place = { _id: `${id}/${sequence}`, collectionId: id, sequence, faceId: face.id };
        return { ...place, body: JSON.stringify(face), ...storedVectors([encoding]) };
      });
      return { $set: { staged }, $inc: { sequence: faces.length, faceCount: faces.length } };
    });
  }

  async findFaces(id: string, faceIds: readonly string[]): Promise<CollectionFace[]> {
    return (await this.#settled(id)) ? this.#findFaces(id, faceIds) : [];
  }

  async removeFace(id: string, faceId: string): Promise<boolean> {
    return this.#change(id, async (document, isUncertain) => {
      // If the face is gone, an attempt whose response was lost may have removed it.
      if (!document || (await this.#findFaces(id, [faceId])).length === 0) return isUncertain;
      return { $set: { removing: faceId }, $inc: { removals: 1, faceCount: -1 } };
    });
  }

  /**
   * Changes the collection exactly once, even when retried.
   * @param decide Returns the change, or the result to return without one. It gets the document after all staged
   * changes are applied, and whether an earlier attempt may have been applied.
   * @returns true after a change.
   */
  async #change(
    id: string,
    decide: (document: CollectionDocument | undefined, isUncertain: boolean) => Promise<boolean | FaceChange>,
  ): Promise<boolean> {
    /** Changes sent without a response so far. */
    const sent = new Set<string>();
    const attempt = async (): Promise<boolean | undefined> => {
      const document = await this.#settled(id);
      if (document && sent.has(document.change)) return true;
      const decision = await decide(document, sent.size > 0);
      if (typeof decision === "boolean" || !document) return decision === true;
      const change = newName();
      sent.add(change);
      const update = { ...decision, $set: { ...decision.$set, change } };
      const { matchedCount } = await this.#collections.collection.updateOne({ id, change: document.change }, update);
      sent.delete(change);
      return matchedCount === 1 || undefined;
    };
    const isChanged = await untilDecided(attempt);
    await this.#settled(id);
    return isChanged;
  }

  async countFaces(id: string): Promise<number> {
    return (await this.#readField({ id }, "faceCount"))?.faceCount ?? 0;
  }

  async removals(id: string): Promise<number | undefined> {
    return (await this.#readField({ id }, "removals"))?.removals;
  }

  async faces(id: string, after: number, limit: number): Promise<StoredFace[]> {
    return (await this.#settled(id)) ? this.#page(id, after, limit) : [];
  }

  async listFaces(id: string, after: number, limit: number): Promise<ListedFace[]> {
    if (!(await this.#settled(id))) return [];
    const documents = await this.#documents(id, after, limit, { sequence: 1, faceId: 1, body: 1 });
    return documents.map((document) => ({ sequence: document.sequence, face: faceOf(document) }));
  }

  async #page(id: string, after: number, limit: number): Promise<StoredFace[]> {
    const documents = await this.#documents(id, after, limit);
    return documents.map((document) => ({
      sequence: document.sequence,
      face: faceOf(document),
      encoding: vectorsOf(document)[0] as Float64Array,
    }));
  }

  #documents(id: string, after: number, limit: number, projection: object = {}): Promise<FaceDocument[]> {
    const filter = { collectionId: id, sequence: { $gt: after } };
    const { collection } = this.#faces;
    return withRetries(() => collection.find(filter, { projection }).sort({ sequence: 1 }).limit(limit).toArray());
  }

  /** A field of a collection, without the encodings of faces that have no documents yet. */
  async #readField<F extends "body" | "faceCount" | "removals">(
    filter: { readonly id: string } | { readonly _id: string },
    field: F,
  ): Promise<Pick<CollectionDocument, "_id" | F> | undefined> {
    const { collection } = this.#collections;
    const found = await withRetries(() => collection.findOne(filter, { projection: { [field]: 1 } }));
    return found ?? undefined;
  }

  #read(id: string): Promise<CollectionDocument | null> {
    return withRetries(() => this.#collections.collection.findOne({ id }));
  }

  async #findFaces(id: string, faceIds: readonly string[]): Promise<CollectionFace[]> {
    const filter = { collectionId: id, faceId: { $in: [...faceIds] } };
    const options = { projection: { sequence: 1, faceId: 1, body: 1 } };
    const { collection } = this.#faces;
    const found = await withRetries(() => collection.find(filter, options).sort({ sequence: 1 }).toArray());
    return found.map(faceOf);
  }

  /**
   * The collection after its staged changes are applied: exactly its faces have documents. Idempotent, and safe to run
   * concurrently.
   */
  async #settled(id: string): Promise<CollectionDocument | undefined> {
    const document = await this.#read(id);
    if (!document || (document.staged.length === 0 && !document.removing)) return document ?? undefined;
    const { staged, removing, change } = document;
    await this.#insertFaces(staged);
    if (removing) await this.#replaceFace(id, removing);
    const { collection } = this.#collections;
    const done = { $set: { staged: [], removing: null } };
    const { matchedCount } = await withRetries(() => collection.updateOne({ id, change }, done));
    if (matchedCount === 1) return { ...document, ...done.$set };
    // Another writer applied the staged change first, and the next one may be staged already.
    if (await this.#read(id)) return this.#settled(id);
    // The collection was removed meanwhile: do not let its faces reappear.
    await withRetries(() => this.#faces.removeMany({ collectionId: id }));
    return undefined;
  }

  async #replaceFace(id: string, faceId: string): Promise<void> {
    const replacement: RemovedFace = { collectionId: REMOVED, sequence: Date.now() };
    const { collection } = this.#faces;
    await withRetries(() => collection.replaceOne({ collectionId: id, faceId }, replacement as FaceDocument));
    const old = { collectionId: REMOVED, sequence: { $lt: Date.now() - REMOVED_KEPT_MS } };
    await withRetries(() => this.#faces.removeMany(old));
  }

  /** In order, so that a reader who goes on after the last face that it has read misses none. */
  async #insertFaces(faces: readonly FaceDocument[]): Promise<void> {
    for (let missing = faces; missing.length > 0; )
      try {
        return await withRetries(() => this.#faces.insertInOrder(missing));
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        // Another node inserts them, too, or has inserted some of them before it died.
        missing = await this.#missing(missing);
      }
  }

  /** Those without a document, also of a removed face. */
  async #missing(faces: readonly FaceDocument[]): Promise<FaceDocument[]> {
    const filter = { _id: { $in: faces.map(({ _id }) => _id) } };
    const { collection } = this.#faces;
    const found = await withRetries(() => collection.find(filter, { projection: { _id: 1 } }).toArray());
    const ids = new Set(found.map(({ _id }) => _id));
    return faces.filter(({ _id }) => !ids.has(_id));
  }
}

const idOf = (owner: string, name: string): string => JSON.stringify([owner, name]);

function faceOf({ faceId, body }: Pick<FaceDocument, "faceId" | "body">): CollectionFace {
  return parseStored(body, `Face ${faceId}`);
}

function collectionOf({ _id, body }: Pick<CollectionDocument, "_id" | "body">): Collection {
  return parseStored(body, `Collection ${_id}`);
}
