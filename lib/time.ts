import { failure } from "./errors.ts";
import type { Timestamp } from "./jobs/job.ts";

/** The time now, RFC 3339 in UTC, to the millisecond. */
export function nowTimestamp(): Timestamp {
  return new Date().toISOString();
}

export function timestampBefore(milliseconds: number): Timestamp {
  return new Date(Date.now() - milliseconds).toISOString();
}

/**
 * A client's time as a `Timestamp`: stored times are compared as text, so every time must have their form.
 * @throws INVALID_OPTION for what is no time, such as a leap second.
 */
export function utc(name: string, time: string): Timestamp {
  const milliseconds = Date.parse(time);
  if (Number.isNaN(milliseconds)) throw failure("INVALID_OPTION", `${name} must be a time of RFC 3339.`);
  return new Date(milliseconds).toISOString();
}
