import type { IdempotencyClaim, IdempotencyKey, IdempotencyOutcome, IdempotencyRecord } from "../../ports/job-store.ts";
import { takenOver } from "../taken-over.ts";
import type { MongoAdapter } from "./adapter.ts";
import type { JobDocument, KeyDocument } from "./documents.ts";
import type { MongoEntities } from "./entities.ts";
import { isDuplicate, withRetries } from "./failure.ts";

/**
 * Idempotency records. A job's document names the key it was created with. If a crash left that key's claim in flight,
 * the next request that meets the claim completes it.
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
      if (await withRetries(() => this.#adapter.insertNew({ _id, ...claim }))) return undefined;
      const existing = await withRetries(() => this.#adapter.findById(_id));
      if (!existing) continue;
      const { _id: _, ...record } = existing;
      const fingerprint = record.fingerprint ?? (await this.#mend(record));
      if (fingerprint !== undefined) return { ...record, fingerprint };
      const isOurs = record.claimant === claim.claimant;
      if (isOurs && record.claimedAt === claim.claimedAt) return undefined;
      if (!isOurs && record.claimedAt >= staleBefore) return record;
      const filter = { _id, claimant: existing.claimant, fingerprint: { $exists: false } };
      const $set = { jobId: claim.jobId, claimant: claim.claimant, claimedAt: claim.claimedAt };
      await withRetries(() => this.#adapter.collection.updateOne(filter, { $set }));
    }
  }

  /** @throws IDEMPOTENCY_KEY_IN_USE */
  async expectOurs(outcome: IdempotencyOutcome): Promise<void> {
    const existing = await withRetries(() => this.#adapter.findById(idOf(outcome)));
    if (existing && existing.claimant !== outcome.claimant) throw takenOver();
  }

  /** A key that another request has just taken over is left unchanged. */
  async complete({ owner, key, claimant, fingerprint }: IdempotencyOutcome, jobId: string, now: string): Promise<void> {
    const update = { $set: { fingerprint }, $setOnInsert: { owner, key, jobId, claimedAt: now } };
    const filter = { _id: idOf({ owner, key }), claimant };
    try {
      await withRetries(() => this.#adapter.collection.updateOne(filter, update, { upsert: true }));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  async release(claim: IdempotencyClaim): Promise<void> {
    // If the response to its insertion was lost, the job may exist after all.
    if ((await this.#mend(claim)) !== undefined) return;
    const filter = { _id: idOf(claim), claimant: claim.claimant, fingerprint: { $exists: false } };
    await withRetries(() => this.#adapter.removeMany(filter));
  }

  async removeJob(jobId: string): Promise<void> {
    await withRetries(() => this.#adapter.removeMany({ jobId }));
  }

  /** After a lost connection, counts only those of the last attempt. */
  sweep(before: string): Promise<number> {
    return withRetries(() => this.#adapter.removeMany({ claimedAt: { $lt: before } }));
  }

  /** Completes a claim whose change was stored. @returns the fingerprint, if it was. */
  async #mend({ jobId, claimant }: IdempotencyClaim): Promise<string | undefined> {
    const job = await this.#jobs.get(jobId);
    if (!job || job.state === "deleted") return undefined;
    const made = job.idempotency?.find((outcome) => outcome.claimant === claimant);
    if (made) await this.complete(made, jobId, job.createdAt);
    return made?.fingerprint;
  }
}

function idOf({ owner, key }: IdempotencyKey): string {
  return JSON.stringify([owner, key]);
}
