/** Start of `watch`: a position of the event log, a time, or now. */
import { InvalidArgumentError } from "commander";
import type { SightlineClient } from "../../client/sightline-client.ts";
import { EVENT_CURSOR } from "../../lib/contracts/event-position.ts";
import { durationOf } from "../command.ts";
import { UsageError } from "../failure.ts";

export type Since =
  | { readonly kind: "now" }
  /** Position after the event with this sequence, with its mark if that is known. */
  | { readonly kind: "position"; readonly after: string }
  /** Time in milliseconds since 1970. */
  | { readonly kind: "time"; readonly at: number };

export const BEGINNING: Since = { kind: "position", after: "0" };

const position = new RegExp(EVENT_CURSOR);
/** A date and a time with its offset (RFC 3339). */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i;
/** How far the order of the log may differ from the order of times, for events of different jobs. */
const DISORDER_MS = 60_000;

/** @param now Milliseconds since 1970. */
export function parseSince(text: string, now = Date.now()): Since {
  if (text === "now") return { kind: "now" };
  if (position.test(text)) return { kind: "position", after: text };
  const ago = durationOf(text);
  if (ago !== undefined) return { kind: "time", at: now - ago };
  const at = TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError(
      "It must be now, a position such as 1200 or 1200-9f3ab2c1, a time such as 2026-01-31T12:00:00Z, or one that long ago such as 10m.",
    );
  return { kind: "time", at };
}

/**
 * The position after which to read. For a time, all events before the position are older.
 * @throws UsageError if the key sees no events.
 */
export async function positionOf(since: Since, client: SightlineClient): Promise<string> {
  if (since.kind === "position") return since.after;
  const { lastSequence } = await client.whoAmI();
  if (lastSequence === undefined) throw new UsageError("This key sees no events, or no node has the event log.");
  return String(since.kind === "now" ? lastSequence : await lastBefore(since.at - DISORDER_MS, lastSequence, client));
}

/** Finds, by bisection, the sequence before the first event that is not older than the time. */
async function lastBefore(time: number, lastSequence: number, client: SightlineClient): Promise<number> {
  let [low, high] = [0, lastSequence];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const { items } = await client.eventsPage({ after: String(middle), limit: 1 });
    const [next] = items;
    if (next && Date.parse(next.time) < time) low = next.sequence;
    else high = middle;
  }
  return low;
}
