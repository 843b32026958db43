import type { SequencedEvent } from "../jobs/events.ts";

/** A destination outside of the service to which events are copied. */
export interface EventSink {
  /**
   * Resolves once all events are stored at the destination. After a rejection some of them may be stored; publishing
   * all of them again is safe. Events of a job keep their order. Only one call at a time is allowed.
   */
  publish(events: readonly SequencedEvent[]): Promise<void>;

  close(): Promise<void>;
}
