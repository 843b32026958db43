/** The time of the service, to which times on pages are compared. The clock of a browser may be wrong by hours. */

/** Tolerance, because the header `Date` has whole seconds and an answer takes a while. */
const TOLERANCE_MS = 2_000;
let aheadMs = 0;

/** @param date The header `Date` of an answer that has just arrived. */
export function learnTime(date) {
  const found = Date.parse(date) - Date.now();
  if (Math.abs(found - aheadMs) > TOLERANCE_MS) aheadMs = found;
}

/** The service's time in milliseconds, like `Date.now()`. */
export const now = () => Date.now() + aheadMs;
