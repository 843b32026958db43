/** Retry delays of failed webhooks. Pure. */
import { backoffMs } from "../time/backoff.ts";

/** A receiver's `Retry-After` is capped, so that it cannot defer deliveries indefinitely. */
export const LONGEST_DELAY_MS = 3_600_000;
const BACKOFF = { firstMs: 5_000, maxMs: LONGEST_DELAY_MS };

/**
 * Exponential back-off from 5 seconds to an hour. A receiver's `Retry-After` is the minimum.
 *
 * @param attempts Attempts made so far, at least 1.
 * @param random From 0 to below 1.
 */
export function retryDelayMs(attempts: number, random: number, retryAfterMs = 0): number {
  return Math.max(backoffMs(attempts, random, BACKOFF), Math.min(retryAfterMs, LONGEST_DELAY_MS));
}

/** Delay given by a `Retry-After` in seconds or as a date (RFC 9110, 10.2.3); 0 if it is invalid. */
export function parseRetryAfterMs(value: string | undefined, now: number): number {
  if (value === undefined) return 0;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
