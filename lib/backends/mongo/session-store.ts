import type { Binary, Sort } from "mongodb";
import {
  type NewSessionImage,
  OWNER_OF_KEYS,
  type Session,
  type SessionImage,
  type SessionStore,
} from "../../ports/session-store.ts";
import type { MongoAdapter } from "./adapter.ts";
import { newName } from "./entities.ts";
import { isDuplicate, withRetries } from "./failure.ts";
import { numbersOf, type StoredVectors, storedVectors } from "./vectors.ts";

interface StoredImage extends StoredVectors {
  /** Name by which a writer whose response was lost recognizes its image: the id of its creation, or a new name. */
  readonly name: string;
  readonly sha256: string;
}

/**
 * A session, with the hash of its key as the key. It embeds its few images, so that adding one is a single conditional
 * write.
 */
interface SessionDocument {
  readonly _id: string;
  readonly id: string;
  readonly createdAt: string;
  readonly openedBy?: string;
  readonly erasedAt?: string;
  readonly usedAt?: string;
  readonly endedAt?: string;
  readonly pictureCount: number;
  readonly pictures: readonly StoredImage[];
}

interface SecretDocument {
  readonly _id: "session";
  readonly value: Buffer | Binary;
}

const notEnded = { endedAt: { $exists: false } };
const isNoOwner = { _id: { $lt: OWNER_OF_KEYS } };

export class MongoSessionStore implements SessionStore {
  readonly #sessions: MongoAdapter<SessionDocument>;
  readonly #secrets: MongoAdapter<SecretDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#sessions = collection("sessions") as MongoAdapter<SessionDocument>;
    this.#secrets = collection("secrets") as MongoAdapter<SecretDocument>;
  }

  async secret(candidate: Uint8Array): Promise<Uint8Array> {
    await unlessThere(() => this.#secrets.insert({ _id: "session", value: Buffer.from(candidate) }));
    const kept = await withRetries(() => this.#secrets.findById("session"));
    return bytesOf(kept?.value ?? Buffer.from(candidate));
  }

  async insert(keyHash: string, session: Session): Promise<void> {
    const document = { _id: keyHash, ...session, pictureCount: 0, pictures: [] };
    await unlessThere(() => this.#sessions.insert(document));
  }

  async find(keyHash: string): Promise<Session | undefined> {
    const options = { projection: { id: 1, createdAt: 1, openedBy: 1, usedAt: 1 } };
    const query = { _id: keyHash, ...notEnded };
    const found = await withRetries(() => this.#sessions.collection.findOne(query, options));
    if (!found) return undefined;
    const { id, createdAt, openedBy, usedAt } = found;
    return { id, createdAt, ...(openedBy !== undefined && { openedBy }), ...(usedAt !== undefined && { usedAt }) };
  }

  async use(sessionId: string, now: string): Promise<boolean> {
    const { collection } = this.#sessions;
    const query = { id: sessionId, ...notEnded };
    const { matchedCount } = await withRetries(() => collection.updateOne(query, { $set: { usedAt: now } }));
    return matchedCount === 1;
  }

  async endIdle(before: string, now: string, limit: number): Promise<boolean> {
    const { collection } = this.#sessions;
    const unknown = { ...isNoOwner, usedAt: { $exists: false } };
    await withRetries(() => collection.updateMany(unknown, { $set: { usedAt: now } }));
    const isIdle = { usedAt: { $lt: before }, ...notEnded };
    const idle = await this.#ids(isIdle, { usedAt: 1 }, limit);
    // The condition is checked again, because a session may have been used since.
    if (idle.length > 0)
      await withRetries(() => collection.updateMany({ id: { $in: idle }, ...isIdle }, { $set: { endedAt: now } }));
    return idle.length > 0;
  }

  ended(after: string, limit: number): Promise<string[]> {
    return this.#ids({ endedAt: { $exists: true }, id: { $gt: after } }, { id: 1 }, limit);
  }

  async removeEnded(sessionId: string): Promise<void> {
    const { collection } = this.#sessions;
    await withRetries(() => collection.deleteOne({ id: sessionId, endedAt: { $exists: true } }));
  }

  async addImage(
    sessionId: string,
    { sha256, encodings, creation: name = newName(), erasedAt }: NewSessionImage,
    limit: number,
  ): Promise<boolean> {
    const image = { name, sha256, ...storedVectors(encodings) };
    const hasRoom = {
      ...{ id: sessionId, ...notEnded, pictureCount: { $lt: limit }, "pictures.name": { $ne: name } },
      ...(erasedAt !== undefined && { erasedAt: erasedAt ?? { $exists: false } }),
    };
    const change = { $push: { pictures: image }, $inc: { pictureCount: 1 } };
    const { collection } = this.#sessions;
    const { matchedCount } = await withRetries(() => collection.updateOne(hasRoom, change));
    if (matchedCount === 1) return true;
    const isThere = { id: sessionId, "pictures.name": name };
    return (await withRetries(() => collection.findOne(isThere, { projection: { _id: 1 } }))) !== null;
  }

  async countImages(sessionId: string): Promise<number> {
    const options = { projection: { pictureCount: 1 } };
    const found = await withRetries(() => this.#sessions.collection.findOne({ id: sessionId }, options));
    return found?.pictureCount ?? 0;
  }

  async images(sessionId: string): Promise<SessionImage[]> {
    const found = await withRetries(() => this.#sessions.findOne({ id: sessionId }));
    return (found?.pictures ?? []).map((image) => ({ sha256: image.sha256, encodings: numbersOf(image) }));
  }

  async erase(sessionId: string, now: string): Promise<void> {
    const change = { $set: { erasedAt: now, pictureCount: 0, pictures: [] } };
    await withRetries(() => this.#sessions.collection.updateOne({ id: sessionId }, change));
  }

  async erasedAt(sessionId: string): Promise<string | null | undefined> {
    const options = { projection: { erasedAt: 1 } };
    const query = { id: sessionId, ...notEnded };
    const found = await withRetries(() => this.#sessions.collection.findOne(query, options));
    return found ? (found.erasedAt ?? null) : undefined;
  }

  async openerOf(sessionId: string): Promise<string | undefined> {
    const options = { projection: { openedBy: 1 } };
    const query = { id: sessionId, ...notEnded };
    return (await withRetries(() => this.#sessions.collection.findOne(query, options)))?.openedBy;
  }

  async exists(sessionId: string): Promise<boolean> {
    const options = { projection: { _id: 1 } };
    const query = { id: sessionId, ...notEnded };
    return (await withRetries(() => this.#sessions.collection.findOne(query, options))) !== null;
  }

  #ids(query: object, sort: Sort, limit: number): Promise<string[]> {
    const { collection } = this.#sessions;
    return withRetries(async () => {
      const found = collection
        .find(query, { projection: { id: 1 } })
        .sort(sort)
        .limit(limit);
      return (await found.toArray()).map(({ id }) => id);
    });
  }
}

/** After a lost response, the retried insertion finds its own document. */
async function unlessThere(insert: () => Promise<unknown>): Promise<void> {
  try {
    await withRetries(insert);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
  }
}

function bytesOf(value: Buffer | Binary): Uint8Array {
  return value instanceof Uint8Array ? value : value.value();
}
