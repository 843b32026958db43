import type { IdempotencyClaim, IdempotencyKey, IdempotencyOutcome, IdempotencyRecord } from "../../ports/job-store.ts";
import { nowTimestamp } from "../../time/timestamp.ts";
import { isStaleClaim } from "../stale-claim.ts";
import { takenOver } from "../taken-over.ts";
import type { MongoAdapter } from "./adapter.ts";
import type { JobDocument, KeyDocument } from "./documents.ts";
import type { MongoEntities } from "./entities.ts";
import { isDuplicate, withRetries } from "./failure.ts";

/**
 * Maximum requests that a job remembers as fenced: many more than may still be running, since each ends within a
 * minute.
 */
const MOST_FENCED = 1000;

/**
 * Idempotency records. A job's document names the keys of the requests that created and changed it. If a crash left
 * such a claim in flight, the next request that meets the claim completes it.
 *
 * The write of a request may reach the server long after its claim was taken over. Before that, the request is
 * therefore fenced: the document of its job says that it may not change the job. If the job is not stored yet, a
 * tombstone takes its id, so that its insertion fails.
 */
export class MongoIdempotencyKeys {
  readonly #adapter: MongoAdapter<KeyDocument>;
  readonly #jobs: MongoEntities<JobDocument>;

  constructor(adapter: MongoAdapter<KeyDocument>, jobs: MongoEntities<JobDocument>) {
    this.#adapter = adapter;
    this.#jobs = jobs;
  }

  async claim(claim: IdempotencyRecord, staleBefore: string): Promise<IdempotencyRecord | undefined> {
    const { owner: _owner, key: _key, ...ours } = claim;
    const _id = idOf(claim);
    for (;;) {
      if (await withRetries(() => this.#adapter.insertNew({ _id, ...claim }))) return undefined;
      const existing = await withRetries(() => this.#adapter.findById(_id));
      if (!existing) continue;
      const { _id: _, ...record } = existing;
      const isOurs = record.claimant === claim.claimant;
      const isStale = !isOurs && isStaleClaim(record, claim.claimedAt, staleBefore);
      const fingerprint = record.fingerprint ?? (await (isStale ? this.#fence(record) : this.#mend(record)));
      if (fingerprint !== undefined) return { ...record, fingerprint };
      if (isOurs && record.claimedAt === claim.claimedAt) return undefined;
      if (!isOurs && !isStale) return record;
      const filter = { _id, claimant: existing.claimant, fingerprint: { $exists: false } };
      await withRetries(() => this.#adapter.collection.updateOne(filter, { $set: ours }));
    }
  }

  async renew(claim: IdempotencyRecord): Promise<void> {
    const filter = { _id: idOf(claim), claimant: claim.claimant, fingerprint: { $exists: false } };
    const update = { $set: { claimedAt: claim.claimedAt } };
    await withRetries(() => this.#adapter.collection.updateOne(filter, update));
  }

  /** If another request has just taken over the key, its record is left unchanged. */
  async complete({ owner, key, claimant, fingerprint }: IdempotencyOutcome, jobId: string, now: string): Promise<void> {
    const update = { $set: { fingerprint }, $setOnInsert: { owner, key, jobId, claimedAt: now } };
    const filter = { _id: idOf({ owner, key }), claimant };
    try {
      await withRetries(() => this.#adapter.collection.updateOne(filter, update, { upsert: true }));
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  /** The outcomes that may still complete a claim. The others are no longer needed. */
  async incomplete(outcomes: readonly IdempotencyOutcome[]): Promise<IdempotencyOutcome[]> {
    const query = { _id: { $in: outcomes.map(idOf) }, fingerprint: { $exists: false } };
    const claims = await withRetries(() => this.#adapter.find({ query }));
    const claimants = new Set(claims.map(({ claimant }) => claimant));
    return outcomes.filter(({ claimant }) => claimants.has(claimant));
  }

  async release(claim: IdempotencyClaim): Promise<void> {
    // If the response to the request's change was lost, the change may have been made after all.
    if ((await this.#fence(claim)) !== undefined) return;
    const filter = { _id: idOf(claim), claimant: claim.claimant, fingerprint: { $exists: false } };
    await withRetries(() => this.#adapter.removeMany(filter));
  }

  async remove(claim: IdempotencyClaim): Promise<void> {
    await withRetries(() => this.#adapter.removeMany({ _id: idOf(claim), claimant: claim.claimant }));
  }

  async removeJob(jobId: string): Promise<void> {
    await withRetries(() => this.#adapter.removeMany({ jobId }));
  }

  /** After a lost connection, the result counts only the records that the last attempt removed. */
  async sweep(before: string): Promise<number> {
    // Removes tombstones of fenced requests. A deleted job's own document has something to publish, or is gone.
    const tombstones = { state: "deleted" as const, createdAt: { $lt: before }, pendingSince: { $exists: false } };
    await withRetries(() => this.#jobs.adapter.removeMany(tombstones));
    return withRetries(() => this.#adapter.removeMany({ claimedAt: { $lt: before } }));
  }

  /** Completes a claim whose change was stored. @returns the fingerprint if it was stored. */
  async #mend({ jobId, claimant }: IdempotencyClaim): Promise<string | undefined> {
    const job = await this.#jobs.get(jobId);
    const made = job && outcomeIn(job, claimant);
    if (made) await this.complete(made, jobId, job.createdAt);
    return made?.fingerprint;
  }

  /**
   * Ensures that the request changes nothing from now on.
   * @returns the fingerprint, if its change was stored before; its claim is then complete.
   */
  async #fence(claim: IdempotencyClaim): Promise<string | undefined> {
    const { jobId, claimant } = claim;
    const empty = { models: [], priority: 0, labels: [], imageCount: 0, imageBytes: 0, body: "" };
    const deleted = { ...empty, state: "deleted" as const, createdAt: nowTimestamp(), fenced: [claimant] };
    const tombstone = { _id: jobId, ...deleted, ...this.#jobs.begin([]) };
    if (await withRetries(() => this.#jobs.adapter.insertNew(tombstone))) return undefined;
    await this.#jobs.change(jobId, async (job) => {
      const { state, fenced = [] } = job;
      // Only a job that is `created` gets images from a request, and a new job is stored in that state.
      if (state !== "created" || fenced.includes(claimant) || outcomeIn(job, claimant)) return undefined;
      return { set: { fenced: [...fenced, claimant].slice(-MOST_FENCED) }, events: [], result: true };
    });
    return this.#mend(claim);
  }
}

/** @throws IDEMPOTENCY_KEY_IN_USE for a request that was fenced. */
export function expectUnfenced({ fenced }: JobDocument, idempotency: IdempotencyOutcome | undefined): void {
  if (idempotency && fenced?.includes(idempotency.claimant)) throw takenOver();
}

/** The outcome of the request, if it has changed the job. A deleted job no longer counts. */
function outcomeIn({ state, idempotency }: JobDocument, claimant: string): IdempotencyOutcome | undefined {
  return state === "deleted" ? undefined : idempotency?.find((outcome) => outcome.claimant === claimant);
}

function idOf({ owner, key }: IdempotencyKey): string {
  return JSON.stringify([owner, key]);
}
