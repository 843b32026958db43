/** `Idempotency-Key`: one of the requests with the same key is executed; the others get its response. */
import { hash, randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type ActionContract,
  type Call,
  type Caller,
  call,
  callFrom,
  type ParamsOf,
  type ReadOnly,
  type ResultOf,
} from "../../contracts/action.ts";
import { actions } from "../../contracts/actions.ts";
import type { Creation } from "../../contracts/creation.ts";
import { type ErrorCode, type Failure, failure } from "../../errors.ts";
import type { IdempotencyClaim, IdempotencyRecord } from "../../ports/job-store.ts";
import { ownerKeyOf } from "../../sessions/owner.ts";
import { type Clock, every, systemClock } from "../../time/clock.ts";
import { asFailure } from "../../transport/failures.ts";
import type { GatewayRequest } from "./gateway-request.ts";

/** Renewal interval. A claim expires after a few missed renewals. */
const RENEW_MS = 5_000;
/** Errors after which the outcome is unknown: the step may have been done, or may still be done. */
const UNDECIDED: readonly ErrorCode[] = ["SERVICE_UNAVAILABLE", "STORE_UNAVAILABLE", "INTERNAL_ERROR"];
/**
 * Errors that tell what is wrong with a request itself: it creates nothing, however often and when it is sent. Those
 * that depend on what is stored are none of them, because a request with the same key that was sent at the same time
 * may have succeeded.
 */
const FAULTS: readonly ErrorCode[] = [
  "INVALID_OPTION",
  "INVALID_CALLBACK_URL",
  "KEY_NOT_FOUND",
  "NO_FACE",
  "TOO_MANY_FACES",
  "FACE_QUALITY",
  "REQUEST_TOO_LARGE",
  "IMAGE_TOO_LARGE",
  "TOO_MANY_PIXELS",
  "UNSUPPORTED_MEDIA_TYPE",
  "EMPTY_IMAGE",
  "IMAGE_TOO_COMPLEX",
  "DETECTION_TOO_COSTLY",
  "UNDECODABLE_IMAGE",
];
const KEY = /^[\x21-\x7e]{1,255}$/;

export interface KeyedRequest<T> {
  readonly caller: Caller;
  readonly owner: string;
  /** Undefined for a request without a key, which is always executed. */
  readonly key: string | undefined;
  /** The job the request creates or changes. */
  readonly jobId: string;
  /** Executes the request. The last step goes through `commit` and also completes the claim, if there is one. */
  readonly first: (claim: IdempotencyClaim | undefined, commit: Call) => Promise<T>;
  /** Runs instead if an earlier request has completed. */
  readonly repeat: (record: IdempotencyRecord & { readonly fingerprint: string }) => Promise<T>;
  readonly clock?: Clock;
}

/**
 * Executes the request unless one with its key has completed. A failed request releases its claim and discards the
 * images it stored, unless its job has been stored. If the outcome of the commit is unknown, a request with a claim
 * does so too, since nobody can commit it once the claim is released; one without a claim does not, since a hung node
 * may still commit it, and the job needs its images.
 * @throws IDEMPOTENCY_KEY_IN_USE while another request with the key is in flight.
 */
export async function underKey<T>(request: KeyedRequest<T>): Promise<T> {
  const { caller, owner, key, jobId, first, repeat, clock = systemClock } = request;
  const call = callFrom(caller);
  const claim = key === undefined ? undefined : { owner, key, jobId, claimant: randomUUID() };
  const earlier = claim && (await call(actions.jobs.claim, claim));
  if (earlier) return repeat(completed(earlier));
  const renew = () => call(actions.jobs.renew, claim as IdempotencyClaim).catch(() => {});
  const stopRenewing = claim && every(clock, RENEW_MS, renew);
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
    return await first(claim, commit).finally(stopRenewing);
  } catch (error) {
    // Best effort: an unrenewed claim expires, and images without a job are garbage-collected.
    if (!isUndecided || claim) await call(actions.jobs.discard, { jobId, ...(claim && { claim }) }).catch(() => {});
    throw error;
  }
}

function completed(record: IdempotencyRecord): IdempotencyRecord & { readonly fingerprint: string } {
  const { fingerprint } = record;
  if (fingerprint !== undefined) return { ...record, fingerprint };
  const detail = "The first request with this Idempotency-Key is still being processed.";
  throw failure("IDEMPOTENCY_KEY_IN_USE", detail, { retryAfterSeconds: 1 });
}

interface CreatingCall<C extends ActionContract> {
  /** The action, which takes a `creation`. */
  readonly action: C;
  readonly params: ReadOnly<Omit<ParamsOf<C>, "creation">>;
  /** Returns everything that the request asks for, so that a different request with the same key is noticed. */
  readonly content: () => unknown;
  /** Called before the action if an earlier request had the key. */
  readonly onRepeated?: () => void;
}

/**
 * Calls an action that creates something and, unlike a job, does not take long. All requests with one `Idempotency-Key`
 * may be executed, concurrently or one after the other, and create one thing. The response says so if the request was
 * not the first. If there is a fault in the first, a corrected request may have its key.
 * @throws INVALID_OPTION, IDEMPOTENCY_KEY_REUSED, and what the action throws
 */
export async function createOnce<C extends ActionContract>(
  request: GatewayRequest,
  response: ServerResponse,
  { action, params, content, onRepeated = () => {} }: CreatingCall<C>,
): Promise<ResultOf<C>> {
  const caller = request.$ctx;
  const first = await firstOf(request, content);
  if (first?.creation.isRepeated) onRepeated();
  const contract: ActionContract = action;
  try {
    const created = await call(caller, contract, { ...params, ...(first && { creation: first.creation }) });
    setReplayed(response, first?.creation.isRepeated);
    return created as ResultOf<C>;
  } catch (error) {
    const isFault = FAULTS.includes(asFailure(error).type);
    // Best effort: otherwise the key belongs to this request for a day.
    if (first && isFault && !first.creation.isRepeated)
      await call(caller, actions.jobs.forget, first.claim).catch(() => {});
    throw error;
  }
}

/**
 * The first request with the key of a request, and what it creates. The record has only a hash of the key. So while the
 * record exists, whoever has the key can derive the secrets made from the seed, but a copy of the record does not
 * suffice. After that, nobody can.
 * @returns undefined for a request without a key.
 */
async function firstOf(
  request: GatewayRequest,
  content: () => unknown,
): Promise<{ readonly claim: IdempotencyClaim; readonly creation: Creation } | undefined> {
  const key = idempotencyKeyOf(request);
  if (key === undefined) return undefined;
  const caller = request.$ctx;
  const fingerprint = hashOf(content());
  // The space keeps these records apart from those of jobs, whose keys are stored as clients send them, without a
  // space.
  const claim = {
    owner: ownerKeyOf(caller),
    key: `creation ${hashOf(key)}`,
    jobId: randomUUID(),
    claimant: randomUUID(),
  };
  const first = await call(caller, actions.jobs.first, { ...claim, fingerprint });
  if (first.fingerprint !== fingerprint) throw keyReused();
  const { jobId: id, claimedAt: at, claimant } = first;
  return { claim, creation: { id, at, seed: hashOf([claimant, key]), isRepeated: claimant !== claim.claimant } };
}

/** @throws INVALID_OPTION if the request has an `Idempotency-Key`, which its route cannot honour. */
export function refuseIdempotencyKey(request: IncomingMessage, because: string): void {
  if (request.headers["idempotency-key"] === undefined) return;
  throw failure("INVALID_OPTION", `This request takes no Idempotency-Key: ${because}`);
}

export function keyReused(): Failure {
  return failure("IDEMPOTENCY_KEY_REUSED", "Another request was sent with this Idempotency-Key.");
}

export function setReplayed(response: ServerResponse, isRepeated: boolean | undefined): void {
  if (isRepeated) response.setHeader("Idempotency-Replayed", "true");
}

function hashOf(content: unknown): string {
  return hash("sha256", JSON.stringify(content));
}

/** @throws INVALID_OPTION */
export function idempotencyKeyOf({ headers }: IncomingMessage): string | undefined {
  const key = headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key !== "string" || !KEY.test(key))
    throw failure("INVALID_OPTION", "Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.");
  return key;
}
