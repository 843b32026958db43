import { systemClock, timestampOf } from "./clock.ts";
import { failure } from "./errors.ts";
import type { Timestamp } from "./jobs/job.ts";

/** Current time, RFC 3339 in UTC with milliseconds. */
export function nowTimestamp(): Timestamp {
  return timestampOf(systemClock);
}

export function timestampBefore(milliseconds: number): Timestamp {
  return new Date(Date.now() - milliseconds).toISOString();
}

/**
 * Normalizes a client's time to a `Timestamp`. Stored times are compared as text, so all must have this form.
 * @throws INVALID_OPTION for an invalid time, such as a leap second.
 */
export function utc(name: string, time: string): Timestamp {
  const milliseconds = Date.parse(time);
  if (Number.isNaN(milliseconds)) throw failure("INVALID_OPTION", `${name} must be a time of RFC 3339.`);
  return new Date(milliseconds).toISOString();
}
