import type { CloudEvent } from "../jobs/events.ts";
import type { OwnerScope } from "../sessions/owner.ts";

/** An event with its position in the log. */
export interface LoggedEvent {
  /** 1 for the first event ever; one more for each event, and for each erasure in between. */
  readonly sequence: number;
  readonly event: CloudEvent;
}

/** Events that were appended one after the other, with no other event between them. */
export interface AppendedEvents {
  /** The sequence before that of the first event. */
  readonly after: number;
  readonly events: readonly CloudEvent[];
}

/** The read side of the log. */
export type EventFeed = Pick<EventLog, "read" | "subscribe">;

export interface EventPageRequest {
  /** Only events after this sequence; 0 starts at the beginning. */
  readonly after: number;
  readonly limit: number;
  /** Only events of this job and its images. */
  readonly jobId?: string;
  /** Whose events; everybody's if absent. */
  readonly owner?: OwnerScope;
}

/**
 * Totally ordered log of all events, readable from any position.
 *
 * - Sequences ascend in append order, by one for each event. An erasure takes one too, and events that were swept or
 *   erased leave gaps. They never restart.
 * - Appending is idempotent: an event whose id is in the log is not appended again. Ids are remembered as long as their
 *   events are kept, which must be far longer than an event waits to be published.
 * - An appended event survives a process crash. A call that rejects may have appended the first of its events;
 *   repeating it is safe.
 * - Reads are repeatable: an event keeps its position, and nothing is inserted before what was already read.
 * - The publisher says where the log must end. So a node that read events before other nodes published them, and
 *   continues after a long pause, does not append them again after they were erased.
 * - All methods throw STORE_UNAVAILABLE when the storage does not respond.
 */
export interface EventLog {
  /**
   * Appends the events that are not in the log yet, in order.
   * @param end The log's last sequence before the unpublished events were read from their store. Without it, the log
   * may end anywhere.
   * @returns the events that this call is known to have appended, ascending. An event is returned by at most one call.
   * Undefined if the log ends elsewhere; the first of the events may have been appended all the same.
   * @throws STORAGE_FULL
   */
  append(events: readonly CloudEvent[]): Promise<AppendedEvents[]>;
  append(events: readonly CloudEvent[], end: number): Promise<AppendedEvents[] | undefined>;

  /**
   * The next events, ascending. An empty page means there are none yet.
   * @throws CURSOR_GONE if the log ends before `after`, because it was restored from a backup.
   */
  read(request: EventPageRequest): Promise<LoggedEvent[]>;

  /**
   * The sequence of the newest event, or of a later erasure; 0 before the first event. It stays when that event is
   * swept.
   */
  lastSequence(): Promise<number>;

  /**
   * Calls the listener after events were appended, possibly once for many. It passes no events: readers read pages at
   * their own pace, so that a slow reader blocks no other and misses nothing.
   * @returns a function that unsubscribes the listener.
   */
  subscribe(listener: () => void): () => void;

  /**
   * Removes events older than the time. May keep the newest event, to preserve the sequence.
   * @returns the number removed. One call may remove only a part; call again until 0.
   */
  sweep(before: string): Promise<number>;

  /**
   * Removes all events of the owners. Their sequences are not reused. The erasure takes one sequence itself, so that
   * the log ends elsewhere afterwards, unless there are no owners. Appends that run at the same time are refused for
   * that: many owners at once hold up the publisher once.
   */
  erase(owners: readonly string[]): Promise<void>;

  /** Number of an owner's events. */
  countOf(owner: string): Promise<number>;
}
