/** The time of the service, with whose times pages compare. The clock of a browser may be wrong by hours. */

/** The header `Date` has whole seconds, and an answer takes a while. */
const TOLERANCE_MS = 2_000;
let aheadMs = 0;

/** @param date The header `Date` of an answer that has just come. */
export function learnTime(date) {
  const found = Date.parse(date) - Date.now();
  if (Math.abs(found - aheadMs) > TOLERANCE_MS) aheadMs = found;
}

/** In milliseconds, as `Date.now()`. */
export const now = () => Date.now() + aheadMs;
