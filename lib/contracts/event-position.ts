/** A position in the event log as text: `<sequence>` or `<sequence>-<mark>`; see `lib/jobs/event-cursor.ts`. */

/** Number of hexadecimal digits of a cursor's mark. */
export const MARK_DIGITS = 8;
export const EVENT_CURSOR = `^\\d{1,16}(-[0-9a-f]{${MARK_DIGITS}})?$`;
