import { alwaysLeading, type Leadership } from "../leadership/leader-lease.ts";
import type { AppendedEvents, EventLog } from "../ports/event-log.ts";
import type { JobStore } from "../ports/job-store.ts";
import { type Clock, systemClock } from "../time/clock.ts";
import type { CloudEvent } from "./events.ts";

const PAGE = 500;
/**
 * Pause after a round, in multiples of the round's duration, so that publishing takes at most a quarter of the time.
 */
const REST_OF_ROUND = 3;
/** Longest pause, however long the round took, so that events are not late. */
const MAX_REST_MS = 250;

export interface EventPublisherOptions {
  /** Called when a round fails. The round is retried after `retryDelayMs`. */
  readonly onError: (error: unknown) => void;
  /** Called with events that were appended one after the other, after the given sequence of the log. */
  readonly onAppended?: (appended: AppendedEvents) => void;
  /**
   * Called with events that are in the log, until it succeeds once. After a crash, another call, possibly on another
   * node, follows.
   */
  readonly onPublished?: (events: readonly CloudEvent[]) => Promise<void>;
  /** Batching delay: a round costs the store several commits, however many events it carries. */
  readonly pauseMs?: number;
  readonly retryDelayMs?: number;
  /** Leader lease for publishing. Checked before each page and released on close. */
  readonly lease?: Leadership;
  /** Polling interval for events stored by other nodes; omitted if there are no other nodes. */
  readonly pollMs?: number;
  readonly clock?: Clock;
}

/**
 * Publishes events from the store (a transactional outbox) to the log, one round at a time, in order. A round that a
 * crash interrupts is repeated at the next start or by another node; the log deduplicates the events by id.
 */
export class EventPublisher {
  readonly #store: JobStore;
  readonly #log: EventLog;
  readonly #options: Required<Omit<EventPublisherOptions, "pollMs">> & Pick<EventPublisherOptions, "pollMs">;
  readonly #unsubscribe: () => void;
  #cancel: (() => void) | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #round: Promise<void> | undefined;
  /** Time by the clock's `steady` before which no round begins, whatever is stored. */
  #restUntil = 0;
  #isWanted = false;
  /** The log's last sequence, unless another node has appended since. */
  #end: number | undefined;
  #isClosed = false;

  constructor(store: JobStore, log: EventLog, options: EventPublisherOptions) {
    this.#store = store;
    this.#log = log;
    const defaults = { pauseMs: 10, retryDelayMs: 1000, lease: alwaysLeading, clock: systemClock };
    this.#options = { ...defaults, onAppended: () => {}, onPublished: async () => {}, ...options };
    this.#unsubscribe = store.onStored(() => this.#wake());
    this.#wake();
  }

  /** Completes the current round. Remaining events are published after the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#cancel?.();
    await this.#round;
    await this.#options.lease.release().catch(this.#options.onError);
  }

  #wake(): void {
    this.#isWanted = true;
    if (!this.#round) this.#schedule(this.#options.pauseMs);
  }

  #schedule(delayMs: number): void {
    const { clock } = this.#options;
    const now = clock.steady();
    const dueAt = Math.max(now + delayMs, this.#restUntil);
    if (this.#isClosed || dueAt >= this.#dueAt) return;
    this.#cancel?.();
    this.#dueAt = dueAt;
    this.#cancel = clock.after(dueAt - now, () => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#isWanted = false;
      const startedAt = clock.steady();
      this.#round = this.#publish().then(
        () => this.#endRound(Math.min(REST_OF_ROUND * (clock.steady() - startedAt), MAX_REST_MS)),
        (error: unknown) => {
          this.#isWanted = true;
          this.#options.onError(error);
          this.#endRound(this.#options.retryDelayMs);
        },
      );
    });
  }

  #endRound(restMs: number): void {
    const { pauseMs, pollMs, clock } = this.#options;
    this.#round = undefined;
    this.#restUntil = clock.steady() + restMs;
    if (this.#isWanted) this.#schedule(pauseMs);
    else if (pollMs !== undefined) this.#schedule(pollMs);
  }

  async #publish(): Promise<void> {
    for (let isMore = true; isMore && !this.#isClosed && (await this.#options.lease.isLeader()); ) {
      // Must be read before the events: whatever others publish or erase from now on moves the log's end.
      this.#end ??= await this.#log.lastSequence();
      const events = await this.#store.unpublishedEvents(PAGE);
      if (events.length > 0) await this.#append(events, this.#end);
      isMore = events.length === PAGE;
    }
  }

  async #append(events: readonly CloudEvent[], end: number): Promise<void> {
    // The end is unknown if the following call fails.
    this.#end = undefined;
    const appended = await this.#log.append(events, end);
    if (!appended) {
      // The events that were read may have been published, or erased, by now.
      this.#isWanted = true;
      return;
    }
    appended.forEach(this.#options.onAppended);
    await this.#options.onPublished(events);
    await this.#store.markPublished(events);
    const last = appended.at(-1);
    this.#end = last ? last.after + last.events.length : end;
  }
}
