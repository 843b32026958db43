/**
 * Where a reader is in the event log: the sequence of the last event that it has read, and a mark of that event. After
 * a restore from a backup the log may be shorter, or have other events at the same sequences. The mark shows the
 * difference. Pure.
 */
import { hash } from "node:crypto";
import { EVENT_CURSOR, MARK_DIGITS } from "../contracts/event-position.ts";
import { type Failure, failure } from "../errors.ts";
import type { LoggedEvent } from "../ports/event-log.ts";
import type { CloudEvent } from "./events.ts";

export interface EventCursor {
  /** Sequence of the last event that was read; 0 is the beginning of the log. */
  readonly after: number;
  /** Mark of that event. Without it, only the sequence is checked. */
  readonly mark?: string;
}

const pattern = new RegExp(EVENT_CURSOR);

/** The position after an event, as text. */
export function cursorAfter({ sequence, event }: LoggedEvent): string {
  return `${sequence}-${markOf(event)}`;
}

/** @returns undefined for a text that is no cursor. */
export function parseCursor(text: string): EventCursor | undefined {
  if (!pattern.test(text)) return undefined;
  const [digits, mark] = text.split("-");
  const after = Number(digits);
  if (!Number.isSafeInteger(after)) return undefined;
  return { after, ...(mark !== undefined && { mark }) };
}

export function cursorText({ after, mark }: EventCursor): string {
  return mark === undefined ? String(after) : `${after}-${mark}`;
}

/** A digest of the id and the time. A change that was lost and is made again has the same id, but another time. */
export function markOf({ id, time }: CloudEvent): string {
  return hash("sha256", `${id} ${time}`).slice(0, MARK_DIGITS);
}

/** @param last The sequence of the newest event. */
export function cursorGone(after: number, last: number): Failure {
  const what =
    after > last
      ? `ends at ${last}, before this position: the position is wrong, or the log was restored from a backup`
      : "has another event at this position: it was restored from a backup";
  const detail = `The event log ${what}. Read it from its beginning.`;
  return failure("CURSOR_GONE", detail, { lastSequence: last });
}
