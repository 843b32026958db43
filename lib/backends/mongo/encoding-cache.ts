import type { Filter, UpdateFilter } from "mongodb";
import type { EncodedFace } from "../../encoding/encoding.ts";
import type { CachedEncoding, EncodingCache } from "../../ports/encoding-cache.ts";
import type { MongoAdapter } from "./adapter.ts";
import { isDuplicate, parseStored, withRetries } from "./failure.ts";
import { numbersOf, type StoredVectors, storedVectors } from "./vectors.ts";

/**
 * Maximum owners that are recorded for an entry. Otherwise the document of a very popular image would be rewritten by
 * each request, and would be full at 16 MiB, after about 300,000 sessions.
 */
const MOST_HOLDERS = 1000;
const hasRoom = { [`holders.${MOST_HOLDERS - 1}`]: { $exists: false } };

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
    const isOwned = { _id: key, "holders.0": { $exists: true } };
    const found = await withRetries(() =>
      this.#entries.collection.findOne(isOwned, { projection: { body: 1, count: 1, bytes: 1 } }),
    );
    if (!found) return undefined;
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
    const isChanged = async (filter: Filter<EntryDocument>, change: UpdateFilter<EntryDocument>) =>
      (await withRetries(() => this.#entries.collection.updateOne(filter, change))).matchedCount === 1;
    const used = { $set: { usedAt: now } };
    const added = { ...used, $addToSet: { holders: owner } };
    if (await isChanged({ _id: key, holders: { $ne: owner }, ...hasRoom }, added)) return false;
    if (await isChanged({ _id: key, holders: owner }, used)) return true;
    return (await isChanged({ _id: key }, used)) ? false : undefined;
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
