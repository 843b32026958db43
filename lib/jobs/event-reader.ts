import { systemClock } from "../clock.ts";
import type { EventLog, EventPageRequest, LoggedEvent } from "../ports/event-log.ts";
import { cursorGone, type EventCursor, markOf } from "./event-cursor.ts";
import { sizedPage } from "./sized-page.ts";

/** Number of events that are read first: an event has up to 256 KiB. */
const FIRST_READ = 128;

export interface EventPage {
  readonly items: LoggedEvent[];
  /** Position to continue from. */
  readonly next: number;
}

export interface EventPart {
  readonly items: LoggedEvent[];
  /** Whether the log has no more of these events. */
  readonly isEnd: boolean;
}

/** Reads the next events, fewer than the limit if they are large. */
export function sizedEvents(log: Pick<EventLog, "read">, request: EventPageRequest): Promise<EventPart> {
  return sizedPage<LoggedEvent>(request.limit, FIRST_READ, (last, limit) =>
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
  for (;;) {
    // Subscribe before reading, so that an event appended in between is not missed.
    const appended = Promise.withResolvers<void>();
    const stopListening = log.subscribe(appended.resolve);
    const cancel = clock.after(Math.max(deadline - clock.steady(), 0), appended.resolve);
    try {
      const { items } = await sizedEvents(log, request);
      if (items.length > 0 || clock.steady() >= deadline)
        return { items, next: items.at(-1)?.sequence ?? request.after };
      await appended.promise;
    } finally {
      cancel();
      stopListening();
    }
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
