import type { Document, Filter } from "mongodb";
import type { Counts, ErasureTarget, MemberPage } from "../../ports/erasure-store.ts";
import type { OwnerData } from "../../ports/owner-data.ts";
import type { MongoAdapter } from "./adapter.ts";
import { withRetries } from "./failure.ts";

/** A document. All ids are our own strings. */
type Stored = Document & { readonly _id: string };
type Adapter = MongoAdapter<Stored>;
interface Owned {
  readonly collection: string;
  readonly filter: Filter<Stored>;
}
type Kinds = Readonly<Record<string, Owned>>;

const ofNobody = { owner: { $exists: false } };
/**
 * Queues with webhooks that wait or have failed. Indexes find them: most queues have only the ids of webhooks that were
 * sent.
 */
const hasWebhooks = { $or: [{ dueAt: { $exists: true } }, { oldestFailure: { $exists: true } }] };
const isIn = (ids: readonly string[]) => ({ $in: [...ids] });

export class MongoOwnerData implements OwnerData {
  readonly #collection: (name: string) => Adapter;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#collection = collection as (name: string) => Adapter;
  }

  keysOf(owner: string): Promise<string[]> {
    return this.#ids("clientKeys", { owner }, "_id");
  }

  async sessionsOf(keyIds: readonly string[], { after = "", limit }: MemberPage): Promise<string[]> {
    const query = { openedBy: isIn(keyIds), id: { $gt: after } };
    const sessions = this.#collection("sessions").collection;
    const found = await withRetries(() =>
      sessions.find(query).project({ id: 1 }).sort({ id: 1 }).limit(limit).toArray(),
    );
    return found.map(({ id }) => String(id));
  }

  countAccess(target: Pick<ErasureTarget, "owner" | "keyIds">): Promise<Counts> {
    const ofSessions = { $or: [{ id: target.owner }, { openedBy: isIn(target.keyIds) }] };
    return this.#count({ keys: keysOf(target), sessions: { collection: "sessions", filter: ofSessions } });
  }

  removeKeys(target: Pick<ErasureTarget, "owner" | "keyIds">): Promise<void> {
    // Records of the requests that created the keys. They may belong to another owner, such as an administrator.
    const creations = { collection: "idempotencyKeys", filter: { jobId: isIn(target.keyIds) } };
    return this.#remove({ keys: keysOf(target), creations });
  }

  removeSessions(ids: readonly string[]): Promise<void> {
    return this.#remove({ sessions: { collection: "sessions", filter: { id: isIn(ids) } } });
  }

  async count(owners: readonly string[]): Promise<Counts> {
    const counts = await this.#count({ ...removedOf(owners), ...(await this.#otherOf(owners)) });
    return { ...counts, ...(await this.#embedded(owners)) };
  }

  countOfJobs(jobIds: readonly string[]): Promise<Counts> {
    const jobId = isIn(jobIds);
    return this.#count({
      parcels: { collection: "parcels", filter: { jobId, ...ofNobody } },
      results: { collection: "results", filter: { jobId } },
      webhooks: { collection: "webhookLines", filter: { _id: jobId, body: { $not: { $regex: '"owner":"' } } } },
    });
  }

  async remove(owners: readonly string[]): Promise<void> {
    const $set = { pictureCount: 0, pictures: [] };
    const sessions = this.#collection("sessions").collection;
    await withRetries(() => sessions.updateMany({ id: isIn(owners) }, { $set }));
    await this.#remove(removedOf(owners));
  }

  removeOfJobs(jobIds: readonly string[]): Promise<void> {
    const jobId = isIn(jobIds);
    return this.#remove({
      results: { collection: "results", filter: { jobId } },
      idempotencyKeys: { collection: "idempotencyKeys", filter: { jobId } },
      webhooks: { collection: "webhookLines", filter: { _id: jobId } },
    });
  }

  /** The server overwrites deleted documents when it needs their room. */
  async scrub(): Promise<void> {}

  async #count(kinds: Kinds): Promise<Counts> {
    const counts: Record<string, number> = {};
    for (const [kind, { collection, filter }] of Object.entries(kinds))
      counts[kind] = await withRetries(() => this.#collection(collection).collection.countDocuments(filter));
    return counts;
  }

  async #remove(kinds: Kinds): Promise<void> {
    for (const { collection, filter } of Object.values(kinds))
      await withRetries(() => this.#collection(collection).removeMany(filter));
  }

  async #otherOf(owners: readonly string[]): Promise<Kinds> {
    const owner = isIn(owners);
    const collections = await this.#ids("faceCollections", { owner }, "id");
    return {
      // Includes deleted jobs until their events are published.
      jobs: { collection: "jobs", filter: { owner } },
      parcels: { collection: "parcels", filter: { owner } },
      cachedEncodings: { collection: "encodings", filter: { holders: owner } },
      collections: { collection: "faceCollections", filter: { owner } },
      faces: { collection: "faces", filter: { collectionId: isIn(collections) } },
    };
  }

  /** Counts data that is part of other documents. */
  async #embedded(owners: readonly string[]): Promise<Counts> {
    const sum = async (collection: string, query: Filter<Stored>, field: string) => {
      let total = 0;
      await withRetries(async () => {
        total = 0;
        const found = this.#collection(collection).collection.find(query);
        for await (const document of found.project({ [field]: 1 })) total += Number(document[field] ?? 0);
      });
      return total;
    };
    return {
      sessionImages: await sum("sessions", { id: isIn(owners) }, "pictureCount"),
      images: await sum("jobs", { owner: isIn(owners), state: { $ne: "deleted" } }, "imageCount"),
    };
  }

  async #ids(collection: string, query: Filter<Stored>, field: string): Promise<string[]> {
    const found = await withRetries(() =>
      this.#collection(collection)
        .collection.find(query)
        .project({ [field]: 1 })
        .toArray(),
    );
    return found.map((document) => String(document[field]));
  }
}

function keysOf({ owner, keyIds }: Pick<ErasureTarget, "owner" | "keyIds">): Owned {
  return { collection: "clientKeys", filter: { $or: [{ owner }, { _id: isIn(keyIds) }] } };
}

function removedOf(owners: readonly string[]): Kinds {
  const filter = { owner: isIn(owners) };
  return {
    webhookSecrets: { collection: "webhookSecrets", filter },
    idempotencyKeys: { collection: "idempotencyKeys", filter },
    webhooks: { collection: "webhookLines", filter: ofEvents(owners) },
  };
}

/** Webhooks are JSON in the document of their job, so their owners are found by a pattern. */
function ofEvents(owners: readonly string[]): Filter<Stored> {
  // An empty pattern would match all.
  if (owners.length === 0) return { _id: { $in: [] } };
  const $regex = owners.map((owner) => `"owner":"${owner.replaceAll(/[^\w-]/g, "")}"`).join("|");
  return { ...hasWebhooks, body: { $regex } };
}
