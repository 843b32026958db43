import type { Timestamp } from "./job.ts";

/** The time now, RFC 3339 in UTC, to the millisecond. */
export function nowTimestamp(): Timestamp {
  return new Date().toISOString();
}

export function timestampBefore(milliseconds: number): Timestamp {
  return new Date(Date.now() - milliseconds).toISOString();
}
