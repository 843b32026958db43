import type { SequencedEvent } from "../jobs/events.ts";

/** A place outside of the service that events are copied to. */
export interface EventSink {
  /**
   * Resolves once all events are stored there. After a rejection some of them may be; publishing all of them again is
   * safe. Events of a job keep their order. One call at a time.
   */
  publish(events: readonly SequencedEvent[]): Promise<void>;

  close(): Promise<void>;
}
