import { isFailure } from "../errors.ts";
import type { EventLog, EventPageRequest, LoggedEvent } from "../ports/event-log.ts";
import { systemClock } from "../time/clock.ts";
import { cursorGone, type EventCursor, markOf } from "./event-cursor.ts";
import { type SizedPage, sizedPage } from "./sized-page.ts";

/** Number of events that are read first: an event has up to 256 KiB. */
const FIRST_READ = 128;

export interface EventPage {
  readonly items: LoggedEvent[];
  /** Position to continue from. */
  readonly next: number;
}

/** Reads the next events, fewer than the limit if they are large. */
export function sizedEvents(log: Pick<EventLog, "read">, request: EventPageRequest): Promise<SizedPage<LoggedEvent>> {
  return sizedPage(request.limit, FIRST_READ, (last, limit) =>
    log.read({ ...request, after: last?.sequence ?? request.after, limit }),
  );
}

/**
 * Reads a page of events, fewer than its limit if they are large. If it is empty, waits up to `waitMs`
 * for the next event.
 * @throws CURSOR_GONE if the cursor belongs to another log.
 */
export async function readEvents(
  log: EventLog,
  { mark, ...request }: EventPageRequest & EventCursor,
  waitMs: number,
  clock = systemClock,
): Promise<EventPage> {
  await checkCursor(log, { after: request.after, ...(mark !== undefined && { mark }) });
  const deadline = clock.steady() + waitMs;
  /** Where the log ended when it was last found to have no such event. */
  let seen = request.after;
  for (;;) {
    const isOver = clock.steady() >= deadline;
    // Subscribe before reading, so that an event appended in between is not missed.
    const appended = Promise.withResolvers<void>();
    const stopListening = log.subscribe(appended.resolve);
    const cancel = clock.after(Math.max(deadline - clock.steady(), 0), appended.resolve);
    try {
      // At the same time, since a log may answer both with one request.
      const [end, items] = await Promise.all([
        isOver ? seen : log.lastSequence(),
        nextEvents(log, request, isOver ? request.after : seen),
      ]);
      if (items.length > 0 || isOver) return { items, next: items.at(-1)?.sequence ?? request.after };
      seen = end;
      await appended.promise;
    } finally {
      cancel();
      stopListening();
    }
  }
}

/**
 * Reads the next events after the reader's position if there is one after `seen`: most events that wake a reader are
 * not for it, and only the last events of a log are in memory. Does not begin at `seen`, because the log may have ended
 * before `seen` when it was read.
 */
async function nextEvents(log: EventLog, request: EventPageRequest, seen: number): Promise<LoggedEvent[]> {
  if (seen > request.after && !(await mayHaveMore(log, { ...request, after: seen, limit: 1 }))) return [];
  return (await sizedEvents(log, request)).items;
}

async function mayHaveMore(log: EventLog, request: EventPageRequest): Promise<boolean> {
  try {
    return (await log.read(request)).length > 0;
  } catch (error) {
    // A log that was restored while the reader waited may still have the reader's own position.
    if (isFailure(error) && error.type === "CURSOR_GONE") return true;
    throw error;
  }
}

/**
 * Checks that the event at the cursor's sequence has the cursor's mark. An event that was swept or erased cannot be
 * compared.
 * @throws CURSOR_GONE
 */
async function checkCursor(log: EventLog, { after, mark }: EventCursor): Promise<void> {
  if (mark === undefined || after === 0) return;
  const [marked] = await log.read({ after: after - 1, limit: 1 });
  if (marked?.sequence === after && markOf(marked.event) !== mark) throw cursorGone(after, await log.lastSequence());
}
