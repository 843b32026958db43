const BASE_MS = 250;
const MAX_MS = 60_000;

/**
 * Delay before a retry: exponential back-off with full jitter, which spreads the retries of simultaneous failures.
 *
 * Source: M. Brooker, Exponential Backoff and Jitter (AWS Architecture Blog, 2015).
 * @param attempts Attempts made so far, from 1.
 * @param random A number from 0 (inclusive) to 1 (exclusive).
 */
export function backoffMs(attempts: number, random: number): number {
  return Math.round(random * Math.min(MAX_MS, BASE_MS * 2 ** (attempts - 1)));
}
