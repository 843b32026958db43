import type { KeyPageRequest, KeyStore, StoredKey } from "../../ports/key-store.ts";
import type { MongoAdapter } from "./adapter.ts";
import { withRetries } from "./failure.ts";

/** A client key, with its id as the key. */
interface KeyDocument extends Omit<StoredKey, "id"> {
  readonly _id: string;
  readonly keyHash: string;
}

export class MongoKeyStore implements KeyStore {
  readonly #keys: MongoAdapter<KeyDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#keys = collection("clientKeys") as MongoAdapter<KeyDocument>;
  }

  async insert(keyHash: string, { id, ...key }: StoredKey): Promise<boolean> {
    if (await withRetries(() => this.#keys.insertNew({ _id: id, keyHash, ...key }))) return true;
    // After a lost response, a retry finds its own document.
    return (await withRetries(() => this.#keys.findById(id)))?.keyHash === keyHash;
  }

  async findByHash(keyHash: string): Promise<StoredKey | undefined> {
    const found = await withRetries(() => this.#keys.findOne({ keyHash }));
    return found ? keyOf(found) : undefined;
  }

  async get(id: string): Promise<StoredKey | undefined> {
    const found = await withRetries(() => this.#keys.findById(id));
    return found ? keyOf(found) : undefined;
  }

  async list({ limit, after = "" }: KeyPageRequest): Promise<StoredKey[]> {
    const query = { _id: { $gt: after } };
    return (await withRetries(() => this.#keys.find({ query, sort: { _id: 1 }, limit }))).map(keyOf);
  }

  async revoke(id: string, now: string): Promise<StoredKey | undefined> {
    const isValid = { _id: id, revokedAt: { $exists: false } };
    await withRetries(() => this.#keys.collection.updateOne(isValid, { $set: { revokedAt: now } }));
    return this.get(id);
  }
}

function keyOf({ _id: id, keyHash: _secret, ...key }: KeyDocument): StoredKey {
  return { id, ...key };
}
