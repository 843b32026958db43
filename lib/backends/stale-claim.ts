import type { IdempotencyRecord } from "../ports/job-store.ts";
import { CLOCK_TOLERANCE_MS } from "../time/retention-clock.ts";

/**
 * Whether the request of a claim is presumed dead: it has not renewed the claim for long, or it has renewed it by a
 * clock that was ahead, so that the claim would last that much longer.
 * @param now Time of the node that asks.
 */
export function isStaleClaim(
  { claimedAt }: Pick<IdempotencyRecord, "claimedAt">,
  now: string,
  before: string,
): boolean {
  const latest = new Date(Date.parse(now) + CLOCK_TOLERANCE_MS).toISOString();
  return claimedAt < before || claimedAt > latest;
}
