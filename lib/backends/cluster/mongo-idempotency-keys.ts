import type { IdempotencyKey, IdempotencyRecord } from "../../ports/job-store.ts";
import type { MongoAdapter } from "./mongo-adapter.ts";
import type { JobDocument, KeyDocument } from "./mongo-documents.ts";
import type { MongoEntities } from "./mongo-entities.ts";
import { isDuplicate, patiently } from "./mongo-failure.ts";

/**
 * Idempotency records. A job's document says which key it was made with; a crash that left that key's claim in flight is
 * mended by whoever meets the claim.
 */
export class MongoIdempotencyKeys {
  readonly #adapter: MongoAdapter<KeyDocument>;
  readonly #jobs: MongoEntities<JobDocument>;

  constructor(adapter: MongoAdapter<KeyDocument>, jobs: MongoEntities<JobDocument>) {
    this.#adapter = adapter;
    this.#jobs = jobs;
  }

  async claim(
    claim: Omit<IdempotencyRecord, "fingerprint">,
    staleBefore: string,
  ): Promise<IdempotencyRecord | undefined> {
    const _id = idOf(claim);
    for (;;) {
      // A claim that is there is ours if its answer was lost: a job's id is made for one request.
      const held = (await this.#insert({ _id, ...claim }))
        ? undefined
        : await patiently(() => this.#adapter.findById(_id));
      if (held === undefined || held?.jobId === claim.jobId) return undefined;
      if (held === null) continue;
      const { _id: _, ...record } = held;
      const fingerprint = record.fingerprint ?? (await this.#mend(record));
      if (fingerprint !== undefined) return { ...record, fingerprint };
      if (record.claimedAt >= staleBefore) return record;
      const filter = { _id, jobId: held.jobId, fingerprint: { $exists: false } };
      const $set = { jobId: claim.jobId, claimedAt: claim.claimedAt };
      await patiently(() => this.#adapter.collection.updateOne(filter, { $set }));
    }
  }

  async complete(
    { owner, key, fingerprint }: IdempotencyKey & { readonly fingerprint: string },
    jobId: string,
    now: string,
  ): Promise<void> {
    const update = { $set: { jobId, fingerprint }, $setOnInsert: { owner, key, claimedAt: now } };
    const filter = { _id: idOf({ owner, key }) };
    await patiently(() => this.#adapter.collection.updateOne(filter, update, { upsert: true }));
  }

  async release(key: IdempotencyKey, jobId: string): Promise<void> {
    // The job may be there after all, where the answer to its insertion was lost.
    if ((await this.#mend({ ...key, jobId })) !== undefined) return;
    const filter = { _id: idOf(key), jobId, fingerprint: { $exists: false } };
    await patiently(() => this.#adapter.removeMany(filter));
  }

  async removeJob(jobId: string): Promise<void> {
    await patiently(() => this.#adapter.removeMany({ jobId }));
  }

  /** Counts those of the last attempt only, where the connection is lost in between. */
  sweep(before: string): Promise<number> {
    return patiently(() => this.#adapter.removeMany({ claimedAt: { $lt: before } }));
  }

  async #insert(document: KeyDocument): Promise<boolean> {
    try {
      await patiently(() => this.#adapter.insert(document));
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /** Completes a claim whose job was stored. @returns its fingerprint then. */
  async #mend({ owner, key, jobId }: IdempotencyKey & { readonly jobId: string }): Promise<string | undefined> {
    const job = await this.#jobs.get(jobId);
    const made = job?.idempotency;
    if (!job || job.state === "deleted" || made?.owner !== owner || made.key !== key) return undefined;
    await this.complete(made, jobId, job.createdAt);
    return made.fingerprint;
  }
}

function idOf({ owner, key }: IdempotencyKey): string {
  return JSON.stringify([owner, key]);
}
