import type { CloudEvent } from "../jobs/events.ts";

/** An event with its place in the log. */
export interface LoggedEvent {
  /** 1 for the first event ever, one more for each next. */
  readonly sequence: number;
  readonly event: CloudEvent;
}

/** The reading half of the log: what those who follow it need. */
export type EventFeed = Pick<EventLog, "read" | "subscribe">;

export interface EventPageRequest {
  /** Only events after this sequence; 0 is the beginning. */
  readonly after: number;
  readonly limit: number;
  /** Only events of this job and its images. */
  readonly jobId?: string;
  /** Only events of this owner; null asks for those that are nobody's. */
  readonly owner?: string | null;
}

/**
 * The log of all events, in one order, readable from any point.
 *
 * - Sequences ascend by exactly one, in the order of appending. They never start again, whatever was swept or erased.
 * - Appending is idempotent: an event whose id is in the log is not appended again. Ids are remembered for as long
 *   as their events are kept, which must be far longer than an event waits to be published.
 * - An appended event survives the death of the process. A call that rejects may have appended the first of its
 *   events; repeating it is safe.
 * - What a reader was given it is given again, in the same place: nothing appears before what was already read.
 * - All methods throw STORE_UNAVAILABLE when the storage does not answer.
 */
export interface EventLog {
  /**
   * Appends the events that the log does not have, in their order.
   * @throws STORAGE_FULL
   */
  append(events: readonly CloudEvent[]): Promise<void>;

  /** The next events in ascending order; an empty page means there are none yet. */
  read(request: EventPageRequest): Promise<LoggedEvent[]>;

  /** The sequence of the newest event, 0 before the first; kept when that event is swept. */
  lastSequence(): Promise<number>;

  /**
   * Wakes the listener after events were appended, possibly once for many. It carries no events: a reader reads
   * pages from where it is, so a slow one holds up nobody and misses nothing.
   * @returns stops the waking.
   */
  subscribe(listener: () => void): () => void;

  /**
   * Forgets events older than the time. The newest event may be kept, for the sequence's sake.
   * @returns how many are gone; call again until 0, since one call may do a part.
   */
  sweep(before: string): Promise<number>;

  /**
   * Forgets all events of an owner. Their sequences are not given to others; the newest event of the log may stay,
   * without its data.
   */
  erase(owner: string): Promise<void>;
}
