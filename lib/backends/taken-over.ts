import { type Failure, failure } from "../errors.ts";

/** The request was silent for so long that another with its key took over. */
export function takenOver(): Failure {
  const detail = "Another request with this Idempotency-Key has begun in place of this one.";
  return failure("IDEMPOTENCY_KEY_IN_USE", detail, { retryAfterSeconds: 1 });
}
