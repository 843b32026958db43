import { failure } from "../errors.ts";
import { type Clock, systemClock } from "./clock.ts";

/** RFC 3339 in UTC with milliseconds, so that text order is time order. */
export type Timestamp = string;

export function timestampOf(clock: Clock): Timestamp {
  return new Date(clock.now()).toISOString();
}

export function nowTimestamp(): Timestamp {
  return timestampOf(systemClock);
}

export function timestampBefore(milliseconds: number): Timestamp {
  return new Date(Date.now() - milliseconds).toISOString();
}

/** `toISOString` writes other years with a sign and six digits. */
const FOUR_DIGIT_YEAR = /^\d{4}-/;

/**
 * Normalizes a client's time to a `Timestamp`. Stored times are compared as text, so all must have this form.
 * @throws INVALID_OPTION for an invalid time, such as a leap second, or one that is in another year than 0000 to 9999.
 */
export function utc(name: string, time: string): Timestamp {
  const milliseconds = Date.parse(time);
  const timestamp = Number.isNaN(milliseconds) ? "" : new Date(milliseconds).toISOString();
  if (!FOUR_DIGIT_YEAR.test(timestamp))
    throw failure(
      "INVALID_OPTION",
      `${name} must be a time of RFC 3339, in UTC before the year 10000, and no leap second.`,
    );
  return timestamp;
}
