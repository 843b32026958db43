import type { EncodedFace } from "../../encoding/encoding.ts";
import type { CachedEncoding, EncodingCache } from "../../ports/encoding-cache.ts";
import type { MongoAdapter } from "./adapter.ts";
import { isDuplicate, parseStored, withRetries } from "./failure.ts";
import { numbersOf, type StoredVectors, storedVectors } from "./vectors.ts";

/** An entry with its owners, stored as `holders`. Without owners it counts as deleted. */
interface EntryDocument extends StoredVectors {
  readonly _id: string;
  readonly usedAt: string;
  readonly holders: readonly string[];
  readonly body: string;
}

export class MongoEncodingCache implements EncodingCache {
  readonly #entries: MongoAdapter<EntryDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#entries = collection("encodings") as MongoAdapter<EntryDocument>;
  }

  async get(key: string): Promise<CachedEncoding | undefined> {
    const found = await withRetries(() => this.#entries.findById(key));
    if (!found || found.holders.length === 0) return undefined;
    const entry = parseStored<CachedEncoding>(found.body, `The encoding ${key}`);
    const vectors = numbersOf(found);
    const faces = entry.encoding.faces.map((face, index): EncodedFace => {
      return { ...face, encoding: vectors[index] as number[] };
    });
    return { ...entry, encoding: { ...entry.encoding, faces } };
  }

  async put(key: string, { encoding, computeMs }: CachedEncoding, owner: string, now: string): Promise<void> {
    const faces = encoding.faces.map(({ encoding: _vector, ...face }) => face);
    const body = JSON.stringify({ encoding: { ...encoding, faces }, computeMs });
    const vectors = storedVectors(encoding.faces.map(({ encoding: vector }) => vector));
    const change = {
      $setOnInsert: { body, ...vectors },
      $set: { usedAt: now },
      $addToSet: { holders: owner },
    };
    const store = () => withRetries(() => this.#entries.collection.updateOne({ _id: key }, change, { upsert: true }));
    try {
      await store();
    } catch (error) {
      // A concurrent upsert inserted it first.
      if (!isDuplicate(error)) throw error;
      await store();
    }
  }

  async addOwner(key: string, owner: string, now: string): Promise<boolean | undefined> {
    const filter = { _id: key, holders: { $ne: owner } };
    const change = { $set: { usedAt: now }, $addToSet: { holders: owner } };
    const { matchedCount } = await withRetries(() => this.#entries.collection.updateOne(filter, change));
    if (matchedCount === 1) return false;
    const used = await withRetries(() => this.#entries.collection.updateOne({ _id: key }, { $set: { usedAt: now } }));
    return used.matchedCount === 1 || undefined;
  }

  async hasOwner(key: string, owner: string): Promise<boolean> {
    const options = { projection: { _id: 1 } };
    return (await withRetries(() => this.#entries.collection.findOne({ _id: key, holders: owner }, options))) !== null;
  }

  async release(key: string, owner: string): Promise<void> {
    await withRetries(() => this.#entries.collection.updateOne({ _id: key }, { $pull: { holders: owner } }));
    await this.#removeUnowned();
  }

  async releaseAll(owner: string): Promise<void> {
    const change = { $pull: { holders: owner } };
    await withRetries(() => this.#entries.updateMany({ holders: owner }, change));
    await this.#removeUnowned();
  }

  sweep(before: string): Promise<number> {
    return withRetries(() => this.#entries.removeMany({ usedAt: { $lt: before } }));
  }

  async #removeUnowned(): Promise<void> {
    await withRetries(() => this.#entries.removeMany({ holders: [] as never }));
  }
}
