import type { CloudEvent } from "../../lib/jobs/events.ts";
import type { EventFeed } from "../../lib/ports/event-log.ts";

interface EventList extends EventFeed {
  append(...events: CloudEvent[]): void;
  /** Number of subscribed listeners. */
  listeners(): number;
}

/** An event log in memory. */
export function eventList(events: CloudEvent[] = []): EventList {
  const listeners = new Set<() => void>();
  return {
    append(...more) {
      events.push(...more);
      for (const listener of listeners) listener();
    },
    listeners: () => listeners.size,
    read: async ({ after, limit }) =>
      events.slice(after, after + limit).map((event, index) => ({ sequence: after + index + 1, event })),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
