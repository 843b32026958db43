import type { EventLog, EventPageRequest, LoggedEvent } from "../ports/event-log.ts";

export interface EventPage {
  readonly items: LoggedEvent[];
  /** The point to read on from. */
  readonly next: number;
}

/** A page of events; where there is none yet, waits for one for at most `waitMs`. */
export async function readEvents(log: EventLog, request: EventPageRequest, waitMs: number): Promise<EventPage> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    // Listening before reading: an event that is appended in between must not be missed.
    const appended = Promise.withResolvers<void>();
    const stopListening = log.subscribe(appended.resolve);
    const timer = setTimeout(appended.resolve, Math.max(deadline - Date.now(), 0));
    try {
      const items = await log.read(request);
      if (items.length > 0 || Date.now() >= deadline) return { items, next: items.at(-1)?.sequence ?? request.after };
      await appended.promise;
    } finally {
      clearTimeout(timer);
      stopListening();
    }
  }
}
