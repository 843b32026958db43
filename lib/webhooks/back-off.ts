/** When a webhook that failed is tried again. Pure. */

const FIRST_STEP_MS = 5_000;
const LONGEST_STEP_MS = 3_600_000;

/** A receiver may ask for patience, but not for so much that nothing would ever be delivered. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Exponential back-off with full jitter: anything from nothing to a bound that doubles from 5 seconds up to an hour.
 * The jitter keeps the jobs of a receiver that comes back from calling it all at once. A receiver's `Retry-After` is
 * the least it will be.
 *
 * @param attempts Attempts made so far, at least 1.
 * @param random From 0 to below 1.
 */
export function retryDelayMs(attempts: number, random: number, retryAfterMs = 0): number {
  const bound = Math.min(FIRST_STEP_MS * 2 ** (attempts - 1), LONGEST_STEP_MS);
  return Math.max(Math.round(random * bound), Math.min(retryAfterMs, MAX_RETRY_AFTER_MS));
}

/** What a `Retry-After` means from now on, be it seconds or a date (RFC 9110, 10.2.3); 0 if it says nothing sensible. */
export function parseRetryAfterMs(value: string | undefined, now: number): number {
  if (value === undefined) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
