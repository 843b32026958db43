/** Which of the requests with one `Idempotency-Key` is executed. */
import type { IdempotencyClaim, IdempotencyRecord, JobStore } from "../ports/job-store.ts";
import { nowTimestamp, timestampBefore } from "../time/timestamp.ts";

/**
 * A request renews its claim on an idempotency key every few seconds. Without renewal for this time it is presumed
 * dead.
 */
const STALE_CLAIM_MS = 20_000;

type Complete = Required<IdempotencyRecord>;

/** All methods throw as those of the store do. */
export class IdempotencyKeys {
  readonly #store: JobStore;

  constructor(store: JobStore) {
    this.#store = store;
  }

  /** @returns the record of the request that claimed the key, or undefined if the claim is now the caller's. */
  claim(claim: Omit<IdempotencyRecord, "claimedAt">): Promise<IdempotencyRecord | undefined> {
    return this.#store.claimIdempotencyKey({ ...claim, claimedAt: nowTimestamp() }, timestampBefore(STALE_CLAIM_MS));
  }

  renew(claim: IdempotencyClaim): Promise<void> {
    return this.#store.renewIdempotencyKey({ ...claim, claimedAt: nowTimestamp() });
  }

  /** Records a request that needs no claim. @returns the record of the first request with the key, maybe this one. */
  async first(request: Omit<Complete, "claimedAt">): Promise<Complete> {
    const record = { ...request, claimedAt: nowTimestamp() };
    const earlier = await this.#store.claimIdempotencyKey(record, timestampBefore(STALE_CLAIM_MS));
    return { ...record, ...earlier };
  }

  /** Forgets a request that has created nothing and never will. */
  forget(claim: IdempotencyClaim): Promise<void> {
    return this.#store.removeIdempotencyKey(claim);
  }

  /** Ends the claim of a request that failed. */
  release(claim: IdempotencyClaim): Promise<void> {
    return this.#store.releaseIdempotencyKey(claim);
  }
}
