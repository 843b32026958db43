/** Bounds of the delay before the first and before any retry, in milliseconds. */
export interface BackoffBounds {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * Delay before a retry: exponential back-off with full jitter, which spreads the retries of simultaneous failures. It
 * is random, up to a bound that doubles from `firstMs` to `maxMs`.
 *
 * Source: M. Brooker, Exponential Backoff and Jitter (AWS Architecture Blog, 2015).
 * @param attempts Attempts made so far, from 1.
 * @param random A number from 0 (inclusive) to 1 (exclusive).
 */
export function backoffMs(attempts: number, random: number, { firstMs, maxMs }: BackoffBounds): number {
  return Math.round(random * Math.min(maxMs, firstMs * 2 ** (attempts - 1)));
}
