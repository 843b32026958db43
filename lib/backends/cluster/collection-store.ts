import type { Collection, CollectionFace, CollectionStore, StoredFace } from "../../ports/collection-store.ts";
import type { MongoAdapter } from "./mongo-adapter.ts";
import { newName } from "./mongo-entities.ts";
import { isDuplicate, parseStored, patiently } from "./mongo-failure.ts";
import { type StoredVectors, storedVectors, vectorsOf } from "./mongo-vectors.ts";

interface FaceDocument extends StoredVectors {
  /** The collection and the sequence. */
  readonly _id: string;
  readonly collectionId: string;
  readonly sequence: number;
  readonly faceId: string;
  readonly body: string;
}

interface CollectionDocument {
  /** The JSON of owner and name. */
  readonly _id: string;
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly body: string;
  /** Name of the last addition; what compare-and-set compares. */
  readonly change: string;
  readonly sequence: number;
  readonly faceCount: number;
  readonly removals: number;
  /** Faces that were added and have no documents of their own yet. */
  readonly staged: readonly FaceDocument[];
}

/**
 * Collections in MongoDB. Faces come into the world inside the collection's document, by compare-and-set, and are given
 * documents of their own after, in their order, by whoever reads it next: so nobody sees a face before one that was
 * added earlier.
 */
export class MongoCollectionStore implements CollectionStore {
  readonly #collections: MongoAdapter<CollectionDocument>;
  readonly #faces: MongoAdapter<FaceDocument>;

  /** @param collection Gives the adapter of the collection of the name. */
  constructor(collection: (name: string) => unknown) {
    this.#collections = collection("faceCollections") as MongoAdapter<CollectionDocument>;
    this.#faces = collection("faces") as MongoAdapter<FaceDocument>;
  }

  async insert(collection: Collection): Promise<boolean> {
    const { id, owner, name } = collection;
    const counts = { sequence: 0, faceCount: 0, removals: 0, staged: [] };
    const document = { _id: idOf(owner, name), id, owner, name, body: JSON.stringify(collection), ...counts };
    try {
      await patiently(() => this.#collections.insert({ ...document, change: newName() }));
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      // Where the answer was lost, it is ours that is there.
      return (await this.find(owner, name))?.id === id;
    }
  }

  async find(owner: string, name: string): Promise<Collection | undefined> {
    const found = await patiently(() => this.#collections.findById(idOf(owner, name)));
    return found ? collectionOf(found) : undefined;
  }

  async list(owner: string): Promise<Collection[]> {
    const found = await patiently(() => this.#collections.collection.find({ owner }).sort({ name: 1 }).toArray());
    return found.map(collectionOf);
  }

  async remove(id: string): Promise<void> {
    await patiently(() => this.#collections.removeMany({ id }));
    await patiently(() => this.#faces.removeMany({ collectionId: id }));
  }

  async addFaces(
    id: string,
    faces: readonly { readonly face: CollectionFace; readonly encoding: readonly number[] }[],
    limit: number,
  ): Promise<boolean> {
    const tried = new Set<string>();
    const attempt = async (): Promise<boolean | undefined> => {
      const document = await this.#unstaged(id);
      if (!document) return false;
      if (tried.has(document.change)) return true;
      if (document.faceCount + faces.length > limit) return false;
      const change = newName();
      tried.add(change);
      const staged = faces.map(({ face, encoding }, index): FaceDocument => {
        const sequence = document.sequence + 1 + index;
        const place = { _id: `${id}/${sequence}`, collectionId: id, sequence, faceId: face.id };
        return { ...place, body: JSON.stringify(face), ...storedVectors([encoding]) };
      });
      const update = {
        $set: { change, staged },
        $inc: { sequence: faces.length, faceCount: faces.length },
      };
      // Nothing is staged: whatever was is carried out before anything is added.
      const filter = { id, change: document.change };
      return (await this.#collections.collection.updateOne(filter, update)).matchedCount === 1 || undefined;
    };
    for (;;) {
      const isAdded = await patiently(attempt);
      if (isAdded !== undefined) {
        await this.#unstaged(id);
        return isAdded;
      }
    }
  }

  async removeFace(id: string, faceId: string): Promise<boolean> {
    await this.#unstaged(id);
    const gone = await patiently(() => this.#faces.removeMany({ collectionId: id, faceId }));
    if (gone === 0) return false;
    const change = { $inc: { removals: 1, faceCount: -1 } };
    await patiently(() => this.#collections.collection.updateOne({ id }, change));
    return true;
  }

  async countFaces(id: string): Promise<number> {
    return (await this.#read(id))?.faceCount ?? 0;
  }

  async removals(id: string): Promise<number | undefined> {
    return (await this.#read(id))?.removals;
  }

  async faces(id: string, after: number, limit: number): Promise<StoredFace[]> {
    if (!(await this.#unstaged(id))) return [];
    const filter = { collectionId: id, sequence: { $gt: after } };
    const found = await patiently(() =>
      this.#faces.collection.find(filter).sort({ sequence: 1 }).limit(limit).toArray(),
    );
    return found.map((document) => ({
      sequence: document.sequence,
      face: parseStored<CollectionFace>(document.body, `Face ${document.faceId}`),
      encoding: vectorsOf(document)[0] as Float64Array,
    }));
  }

  #read(id: string): Promise<CollectionDocument | null> {
    return patiently(() => this.#collections.collection.findOne({ id }));
  }

  /** The collection, all of its faces having documents. May be done twice, and at the same time. */
  async #unstaged(id: string): Promise<CollectionDocument | undefined> {
    const document = await this.#read(id);
    if (!document || document.staged.length === 0) return document ?? undefined;
    for (const face of document.staged) await this.#insertFace(face);
    const filter = { id, change: document.change };
    const { collection } = this.#collections;
    const { matchedCount } = await patiently(() => collection.updateOne(filter, { $set: { staged: [] } }));
    if (matchedCount === 1) return { ...document, staged: [] };
    // Someone else was faster; or the collection was removed meanwhile, and its faces must not come back.
    const now = await this.#read(id);
    if (!now) await patiently(() => this.#faces.removeMany({ collectionId: id }));
    return now ?? undefined;
  }

  async #insertFace(face: FaceDocument): Promise<void> {
    try {
      await patiently(() => this.#faces.insert(face));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }
}

const idOf = (owner: string, name: string): string => JSON.stringify([owner, name]);

function collectionOf({ _id, body }: CollectionDocument): Collection {
  return parseStored(body, `Collection ${_id}`);
}
