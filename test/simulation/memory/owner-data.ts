import type {
  Counts,
  ErasureStore,
  ErasureTarget,
  MemberKind,
  MemberPage,
  StoredErasure,
} from "../../../lib/ports/erasure-store.ts";
import type { OwnerData } from "../../../lib/ports/owner-data.ts";
import type { JobTables } from "./job-tables.ts";
import type { MemoryWebhookStore } from "./webhook-store.ts";

/** What belongs to owners beside blobs, tasks and the event log. Owners are keys themselves, until they are erased. */
export class MemoryOwnerData implements OwnerData {
  readonly #tables: JobTables;
  readonly #webhooks: MemoryWebhookStore;
  readonly #erased: Set<string>;

  /** @param erased Owners whose requests are not accepted any more. */
  constructor(tables: JobTables, webhooks: MemoryWebhookStore, erased: Set<string>) {
    this.#tables = tables;
    this.#webhooks = webhooks;
    this.#erased = erased;
  }

  async keysOf(owner: string): Promise<string[]> {
    return this.#erased.has(owner) ? [] : [owner];
  }

  async sessionsOf(): Promise<string[]> {
    return [];
  }

  async countAccess({ keyIds }: Pick<ErasureTarget, "keyIds">): Promise<Counts> {
    return { keys: keyIds.filter((key) => !this.#erased.has(key)).length };
  }

  async removeKeys({ keyIds }: Pick<ErasureTarget, "keyIds">): Promise<void> {
    for (const key of keyIds) this.#erased.add(key);
  }

  async removeSessions(): Promise<void> {}

  async count(owners: readonly string[]): Promise<Counts> {
    const isOf = (owner: string | undefined) => owner !== undefined && owners.includes(owner);
    return {
      jobs: [...this.#tables.jobs.values()].filter(({ job }) => isOf(job.owner)).length,
      unpublishedEvents: [...this.#tables.outbox.values()].filter(({ owner }) => isOf(owner)).length,
      idempotencyKeys: this.#tables.keys.count(({ owner }) => isOf(owner)),
      webhooks: this.#webhooks.all.filter(({ event }) => isOf(event.owner)).length,
    };
  }

  async countOfJobs(jobIds: readonly string[]): Promise<Counts> {
    return {
      idempotencyKeys: this.#tables.keys.count(({ jobId }) => jobIds.includes(jobId)),
      webhooks: this.#webhooks.all.filter(({ jobId }) => jobIds.includes(jobId)).length,
    };
  }

  async remove(owners: readonly string[]): Promise<void> {
    this.#tables.keys.removeOwners(owners);
    const left = this.#webhooks.all.filter(({ event }) => event.owner !== undefined && owners.includes(event.owner));
    this.#webhooks.dropJobs(left.map(({ jobId }) => jobId));
  }

  async removeOfJobs(jobIds: readonly string[]): Promise<void> {
    this.#tables.keys.removeJobs(jobIds);
    this.#webhooks.dropJobs(jobIds);
  }

  async scrub(): Promise<void> {}
}

export class MemoryErasureStore implements ErasureStore {
  readonly #erasures = new Map<string, StoredErasure>();
  /** Ids by erasure and kind. */
  readonly #members = new Map<string, Set<string>>();

  async insert(erasure: StoredErasure): Promise<StoredErasure> {
    const [subject = ""] = erasure.subjects;
    const found = await this.findBySubject(subject);
    if (found) return found;
    this.#erasures.set(erasure.id, erasure);
    return erasure;
  }

  async get(id: string): Promise<StoredErasure | undefined> {
    return this.#erasures.get(id);
  }

  async findBySubject(subject: string): Promise<StoredErasure | undefined> {
    return [...this.#erasures.values()].find(({ subjects }) => subjects.includes(subject));
  }

  async put(erasure: StoredErasure & { readonly revision: number }): Promise<boolean> {
    const isUnchanged = (this.#erasures.get(erasure.id)?.revision ?? 0) === erasure.revision - 1;
    if (isUnchanged) this.#erasures.set(erasure.id, erasure);
    return isUnchanged;
  }

  async unfinished(): Promise<StoredErasure[]> {
    return this.list();
  }

  async addMembers(erasureId: string, kind: MemberKind, ids: readonly string[]): Promise<void> {
    const name = `${erasureId} ${kind}`;
    this.#members.set(name, new Set([...(this.#members.get(name) ?? []), ...ids]));
  }

  async members(erasureId: string, kind: MemberKind, { after = "", limit }: MemberPage): Promise<string[]> {
    const all = [...(this.#members.get(`${erasureId} ${kind}`) ?? [])].sort();
    return all.filter((id) => id > after).slice(0, limit);
  }

  async removeMembers(erasureId: string): Promise<void> {
    for (const kind of ["sessions", "jobs"]) this.#members.delete(`${erasureId} ${kind}`);
  }

  /** Those that are not done. */
  list(): StoredErasure[] {
    return [...this.#erasures.values()].filter(({ phase }) => phase !== "done");
  }
}
