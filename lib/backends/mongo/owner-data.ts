import type { Document, Filter } from "mongodb";
import type { Counts, ErasureTarget } from "../../ports/erasure-store.ts";
import type { OwnerData } from "../../ports/owner-data.ts";
import type { MongoAdapter } from "./adapter.ts";
import { withRetries } from "./failure.ts";

type Adapter = MongoAdapter<Document>;
interface Owned {
  readonly collection: string;
  readonly filter: Filter<Document>;
}

/** Webhooks are JSON in the document of their job. */
const ofEvents = (owners: readonly string[]) => ({
  body: { $regex: owners.map((owner) => `"owner":"${owner.replaceAll(/[^\w-]/g, "")}"`).join("|") },
});

export class MongoOwnerData implements OwnerData {
  readonly #collection: (name: string) => Adapter;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#collection = collection as (name: string) => Adapter;
  }

  keysOf(owner: string): Promise<string[]> {
    return this.#ids("clientKeys", { owner }, "_id");
  }

  async sessionsOf(keyIds: readonly string[]): Promise<string[]> {
    return this.#ids("sessions", { openedBy: { $in: [...keyIds] } }, "id");
  }

  async count(target: ErasureTarget): Promise<Counts> {
    const kinds = {
      ...(!target.keepsKeys && accessOf(target)),
      ...removedOf(target),
      ...(await this.#otherOf(target)),
    };
    const counts: Record<string, number> = {};
    for (const [kind, { collection, filter }] of Object.entries(kinds))
      counts[kind] = await withRetries(() => this.#collection(collection).collection.countDocuments(filter));
    return { ...counts, ...(await this.#embedded(target)) };
  }

  async removeAccess(target: ErasureTarget): Promise<void> {
    if (!target.keepsKeys) await this.#remove(Object.values(accessOf(target)));
  }

  async remove(target: ErasureTarget): Promise<void> {
    const $set = { pictureCount: 0, pictures: [] };
    const sessions = this.#collection("sessions").collection;
    await withRetries(() => sessions.updateMany({ id: { $in: [...target.owners] } }, { $set }));
    await this.#remove(Object.values(removedOf(target)));
  }

  /** The server overwrites deleted documents when it needs their room. */
  async scrub(): Promise<void> {}

  async #remove(owned: readonly Owned[]): Promise<void> {
    for (const { collection, filter } of owned)
      await withRetries(() => this.#collection(collection).removeMany(filter));
  }

  async #otherOf({ owners, jobIds }: ErasureTarget): Promise<Record<string, Owned>> {
    const owner = { $in: [...owners] };
    const collections = await this.#ids("faceCollections", { owner }, "id");
    return {
      // Deleted ones too, until their events are published.
      jobs: { collection: "jobs", filter: { owner } },
      parcels: { collection: "parcels", filter: { $or: [{ owner }, { jobId: { $in: [...jobIds] } }] } },
      cachedEncodings: { collection: "encodings", filter: { holders: owner } },
      collections: { collection: "faceCollections", filter: { owner } },
      faces: { collection: "faces", filter: { collectionId: { $in: collections } } },
    };
  }

  /** What is part of other documents. */
  async #embedded({ owners }: ErasureTarget): Promise<Counts> {
    const sum = async (collection: string, query: Filter<Document>, field: string) => {
      const found = await withRetries(() =>
        this.#collection(collection)
          .collection.find(query)
          .project({ [field]: 1 })
          .toArray(),
      );
      return found.reduce((total, document) => total + Number(document[field] ?? 0), 0);
    };
    return {
      sessionImages: await sum("sessions", { id: { $in: [...owners] } }, "pictureCount"),
      images: await sum("jobs", { owner: { $in: [...owners] }, state: { $ne: "deleted" } }, "imageCount"),
    };
  }

  async #ids(collection: string, query: Filter<Document>, field: string): Promise<string[]> {
    const found = await withRetries(() =>
      this.#collection(collection)
        .collection.find(query)
        .project({ [field]: 1 })
        .toArray(),
    );
    return found.map((document) => String(document[field]));
  }
}

function accessOf({ owners, keyIds }: ErasureTarget): Record<string, Owned> {
  const ofKeys = { $or: [{ owner: owners[0] }, { _id: { $in: [...keyIds] } }] };
  const ofSessions = { $or: [{ id: { $in: [...owners] } }, { openedBy: { $in: [...keyIds] } }] };
  return {
    keys: { collection: "clientKeys", filter: ofKeys as Filter<Document> },
    sessions: { collection: "sessions", filter: ofSessions },
  };
}

function removedOf({ owners, jobIds }: ErasureTarget): Record<string, Owned> {
  const ofJobs = { jobId: { $in: [...jobIds] } };
  return {
    webhookSecrets: { collection: "webhookSecrets", filter: { owner: { $in: [...owners] } } },
    results: { collection: "results", filter: ofJobs },
    idempotencyKeys: { collection: "idempotencyKeys", filter: { $or: [{ owner: { $in: [...owners] } }, ofJobs] } },
    webhooks: {
      collection: "webhookLines",
      filter: { $or: [{ _id: { $in: [...jobIds] } }, ofEvents(owners)] } as Filter<Document>,
    },
  };
}
