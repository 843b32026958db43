/** `Idempotency-Key`: of requests with the same key one is done; the others get its answer. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { type Call, type Caller, callFrom } from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import { type ErrorCode, failure } from "../../errors.ts";
import type { IdempotencyClaim, IdempotencyRecord } from "../../ports/job-store.ts";
import { asFailure } from "../../transport/failures.ts";

/** A claim is dead when it has not been renewed for a few times as long. */
const RENEW_MS = 5_000;
/** What a step meets that was done, or will be, for all that is known here. */
const UNDECIDED: readonly ErrorCode[] = ["SERVICE_UNAVAILABLE", "STORE_UNAVAILABLE", "INTERNAL_ERROR"];
const KEY = /^[\x21-\x7e]{1,255}$/;

export interface KeyedRequest<T> {
  readonly caller: Caller;
  readonly owner: string;
  /** Undefined where the request has none: it is simply done. */
  readonly key: string | undefined;
  /** The job the request makes or changes. */
  readonly jobId: string;
  /** Does the request, the last step by `commit`; with a claim, completing it is part of that. */
  readonly first: (claim: IdempotencyClaim | undefined, commit: Call) => Promise<T>;
  /** An earlier request was done. */
  readonly repeat: (record: IdempotencyRecord & { readonly fingerprint: string }) => Promise<T>;
}

/**
 * Does the request unless one with its key was done. When it fails, its claim is given up, and with it the images
 * it stored for a job that never was; unless nobody knows whether the last step was done, or will be: a node that hangs
 * may do it later, and a job must not be without its images.
 * @throws IDEMPOTENCY_KEY_IN_USE while another request with the key is in flight.
 */
export async function underKey<T>({ caller, owner, key, jobId, first, repeat }: KeyedRequest<T>): Promise<T> {
  const call = callFrom(caller);
  const claim = key === undefined ? undefined : { owner, key, jobId, claimant: randomUUID() };
  const earlier = claim && (await call(actions.jobs.claim, claim));
  if (earlier) return repeat(completed(earlier));
  const renewing = claim && setInterval(() => call(actions.jobs.claim, claim).catch(() => {}), RENEW_MS);
  let isUndecided = false;
  const commit: Call = async (contract, ...args) => {
    try {
      return await call(contract, ...args);
    } catch (error) {
      isUndecided = UNDECIDED.includes(asFailure(error).type);
      throw error;
    }
  };
  try {
    return await first(claim, commit);
  } catch (error) {
    // Where this is not done, a claim that is not renewed and images that have no job end by themselves.
    if (!isUndecided) await call(actions.jobs.discard, { jobId, ...(claim && { claim }) }).catch(() => {});
    throw error;
  } finally {
    clearInterval(renewing);
  }
}

function completed(record: IdempotencyRecord): IdempotencyRecord & { readonly fingerprint: string } {
  const { fingerprint } = record;
  if (fingerprint !== undefined) return { ...record, fingerprint };
  const detail = "The first request with this Idempotency-Key is still being processed.";
  throw failure("IDEMPOTENCY_KEY_IN_USE", detail, { retryAfterSeconds: 1 });
}

/** @throws INVALID_OPTION */
export function idempotencyKeyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !KEY.test(key))
    throw failure("INVALID_OPTION", "Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.");
  return key;
}
