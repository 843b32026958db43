import { type Failure, failure } from "../errors.ts";

/** The failure of a request that was silent for so long that another request with its key took over. */
export function takenOver(): Failure {
  const detail = "Another request with this Idempotency-Key has begun in place of this one.";
  return failure("IDEMPOTENCY_KEY_IN_USE", detail, { retryAfterSeconds: 1 });
}
