import { systemClock } from "../clock.ts";
import type { EventLog, EventPageRequest, LoggedEvent } from "../ports/event-log.ts";

export interface EventPage {
  readonly items: LoggedEvent[];
  /** Position to continue from. */
  readonly next: number;
}

/** Reads a page of events. If it is empty, waits up to `waitMs` for the next event. */
export async function readEvents(
  log: EventLog,
  request: EventPageRequest,
  waitMs: number,
  clock = systemClock,
): Promise<EventPage> {
  const deadline = clock.steady() + waitMs;
  for (;;) {
    // Subscribe before reading, so that an event appended in between is not missed.
    const appended = Promise.withResolvers<void>();
    const stopListening = log.subscribe(appended.resolve);
    const cancel = clock.after(Math.max(deadline - clock.steady(), 0), appended.resolve);
    try {
      const items = await log.read(request);
      if (items.length > 0 || clock.steady() >= deadline)
        return { items, next: items.at(-1)?.sequence ?? request.after };
      await appended.promise;
    } finally {
      cancel();
      stopListening();
    }
  }
}
