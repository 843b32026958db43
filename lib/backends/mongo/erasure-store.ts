import type { ErasureStore, MemberKind, MemberPage, StoredErasure } from "../../ports/erasure-store.ts";
import type { MongoAdapter } from "./adapter.ts";
import { isDuplicate, parseStored, withRetries } from "./failure.ts";

/** The phases are named one by one so that an index finds them: unfinished erasures are queried every second. */
const UNFINISHED: StoredErasure["phase"][] = ["erasing", "checking", "scrubbing"];

/** An erasure as JSON, with its first subject as the key. */
interface ErasureDocument {
  readonly _id: string;
  readonly id: string;
  readonly subjects: readonly string[];
  readonly phase: StoredErasure["phase"];
  readonly revision?: number;
  readonly body: string;
}

interface MemberDocument {
  readonly _id: string;
  readonly erasureId: string;
  readonly kind: MemberKind;
  readonly member: string;
}

export class MongoErasureStore implements ErasureStore {
  readonly #erasures: MongoAdapter<ErasureDocument>;
  readonly #members: MongoAdapter<MemberDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#erasures = collection("erasures") as MongoAdapter<ErasureDocument>;
    this.#members = collection("erasureMembers") as MongoAdapter<MemberDocument>;
  }

  async insert(erasure: StoredErasure): Promise<StoredErasure> {
    const { id, subjects, phase } = erasure;
    const _id = subjects[0] as string;
    await withRetries(() => this.#erasures.insertNew({ _id, id, subjects, phase, body: JSON.stringify(erasure) }));
    const found = await withRetries(() => this.#erasures.findById(_id));
    return found ? erasureOf(found) : erasure;
  }

  get(id: string): Promise<StoredErasure | undefined> {
    return this.#find({ id });
  }

  findBySubject(subject: string): Promise<StoredErasure | undefined> {
    return this.#find({ subjects: subject });
  }

  async put(erasure: StoredErasure & { readonly revision: number }): Promise<boolean> {
    const { id, subjects, phase, revision } = erasure;
    const unchanged = { id, revision: revision === 1 ? { $exists: false } : revision - 1 };
    const $set = { subjects, phase, revision, body: JSON.stringify(erasure) };
    const { modifiedCount } = await withRetries(() => this.#erasures.collection.updateOne(unchanged, { $set }));
    return modifiedCount === 1;
  }

  async unfinished(): Promise<StoredErasure[]> {
    const found = await withRetries(() => this.#erasures.find({ query: { phase: { $in: UNFINISHED } } }));
    return found.map(erasureOf).toSorted((a, b) => a.requestedAt.localeCompare(b.requestedAt));
  }

  async addMembers(erasureId: string, kind: MemberKind, ids: readonly string[]): Promise<void> {
    const idOf = (member: string) => `${erasureId}/${kind}/${member}`;
    const query = { _id: { $in: ids.map(idOf) } };
    const known = new Set((await withRetries(() => this.#members.find({ query }))).map(({ member }) => member));
    const added = [...new Set(ids)].filter((member) => !known.has(member));
    if (added.length === 0) return;
    const documents = added.map((member) => ({ _id: idOf(member), erasureId, kind, member }));
    try {
      await withRetries(() => this.#members.insertMany(documents));
    } catch (error) {
      // The erasure was added meanwhile, or by an insertion whose response was lost.
      if (!isDuplicate(error)) throw error;
    }
  }

  async members(erasureId: string, kind: MemberKind, { after = "", limit }: MemberPage): Promise<string[]> {
    const query = { erasureId, kind, member: { $gt: after } };
    const found = await withRetries(() => this.#members.find({ query, sort: { member: 1 }, limit }));
    return found.map(({ member }) => member);
  }

  async removeMembers(erasureId: string): Promise<void> {
    await withRetries(() => this.#members.removeMany({ erasureId }));
  }

  async #find(query: { readonly id: string } | { readonly subjects: string }): Promise<StoredErasure | undefined> {
    const found = await withRetries(() => this.#erasures.findOne(query));
    return found ? erasureOf(found) : undefined;
  }
}

function erasureOf({ id, body }: ErasureDocument): StoredErasure {
  return parseStored(body, `Erasure ${id}`);
}
