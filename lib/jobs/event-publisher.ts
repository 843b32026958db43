import { alwaysLeading, type Leadership } from "../leadership/leader-lease.ts";
import type { EventLog } from "../ports/event-log.ts";
import type { JobStore } from "../ports/job-store.ts";

const PAGE = 500;

export interface EventPublisherOptions {
  /** Told why a round failed; the round is tried again after `retryDelayMs`. */
  readonly onError: (error: unknown) => void;
  /** Time in which events gather: a round costs the store several commits, however many events it carries. */
  readonly pauseMs?: number;
  readonly retryDelayMs?: number;
  /** To publish, of which all nodes leave one to do it: asked for before each page, released when closed. */
  readonly lease?: Leadership;
  /** Time after which to look for events that other nodes stored; left out where there are none. */
  readonly pollMs?: number;
}

/**
 * Carries events from the store, where they lie with their changes, to the log. One round at a time, in their order;
 * what a crash interrupts is done again, at the next start or by another node, and the log knows by the ids what it
 * has.
 */
export class EventPublisher {
  readonly #store: JobStore;
  readonly #log: EventLog;
  readonly #options: Required<Omit<EventPublisherOptions, "pollMs">> & Pick<EventPublisherOptions, "pollMs">;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #round: Promise<void> | undefined;
  /** A round failed: the next one waits its time, whoever wakes. */
  #isPausing = false;
  #isWanted = false;
  #isClosed = false;

  constructor(store: JobStore, log: EventLog, options: EventPublisherOptions) {
    this.#store = store;
    this.#log = log;
    this.#options = { pauseMs: 10, retryDelayMs: 1000, lease: alwaysLeading, ...options };
    this.#unsubscribe = store.onStored(() => this.#wake());
    this.#wake();
  }

  /** Ends after the round under way. What is left is published after the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#round;
    await this.#options.lease.release().catch(this.#options.onError);
  }

  #wake(): void {
    this.#isWanted = true;
    if (!this.#round && !this.#isPausing) this.#schedule(this.#options.pauseMs);
  }

  #schedule(delayMs: number): void {
    const dueAt = performance.now() + delayMs;
    if (this.#isClosed || dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => {
      this.#dueAt = Number.POSITIVE_INFINITY;
      this.#isWanted = false;
      this.#isPausing = false;
      this.#round = this.#publish().then(
        () => this.#endRound(this.#options.pauseMs),
        (error: unknown) => {
          this.#isWanted = true;
          this.#isPausing = true;
          this.#options.onError(error);
          this.#endRound(this.#options.retryDelayMs);
        },
      );
    }, delayMs);
  }

  #endRound(delayMs: number): void {
    this.#round = undefined;
    const { pollMs } = this.#options;
    if (this.#isWanted) this.#schedule(delayMs);
    else if (pollMs !== undefined) this.#schedule(pollMs);
  }

  async #publish(): Promise<void> {
    for (let isMore = true; isMore && !this.#isClosed && (await this.#options.lease.isLeader()); ) {
      const events = await this.#store.unpublishedEvents(PAGE);
      if (events.length > 0) await this.#log.append(events);
      if (events.length > 0) await this.#store.markPublished(events);
      isMore = events.length === PAGE;
    }
  }
}
