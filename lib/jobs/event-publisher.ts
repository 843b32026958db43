import type { EventLog } from "../ports/event-log.ts";
import type { JobStore } from "../ports/job-store.ts";

const PAGE = 500;

export interface EventPublisherOptions {
  /** Told why a round failed; the round is tried again after `retryDelayMs`. */
  readonly onError: (error: unknown) => void;
  /** Time in which events gather: a round costs the store several commits, however many events it carries. */
  readonly pauseMs?: number;
  readonly retryDelayMs?: number;
}

/**
 * Carries events from the store, where they lie with their changes, to the log. One round at a time, in their order;
 * what a crash interrupts is done again at the next start, and the log knows by the ids what it has.
 */
export class EventPublisher {
  readonly #store: JobStore;
  readonly #log: EventLog;
  readonly #options: Required<EventPublisherOptions>;
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  #isWanted = false;
  #isClosed = false;

  constructor(store: JobStore, log: EventLog, options: EventPublisherOptions) {
    this.#store = store;
    this.#log = log;
    this.#options = { pauseMs: 10, retryDelayMs: 1000, ...options };
    this.#unsubscribe = store.onStored(() => this.#wake());
    this.#wake();
  }

  /** Ends after the round under way. What is left is published after the next start. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#round;
  }

  #wake(): void {
    this.#isWanted = true;
    if (!this.#round) this.#schedule(this.#options.pauseMs);
  }

  #schedule(delayMs: number): void {
    if (this.#isClosed) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#isWanted = false;
      this.#round = this.#publish().then(
        () => this.#endRound(this.#options.pauseMs),
        (error: unknown) => {
          this.#isWanted = true;
          this.#options.onError(error);
          this.#endRound(this.#options.retryDelayMs);
        },
      );
    }, delayMs);
  }

  #endRound(delayMs: number): void {
    this.#round = undefined;
    if (this.#isWanted) this.#schedule(delayMs);
  }

  async #publish(): Promise<void> {
    for (let isMore = true; isMore && !this.#isClosed; ) {
      const events = await this.#store.unpublishedEvents(PAGE);
      if (events.length > 0) await this.#log.append(events);
      if (events.length > 0) await this.#store.markPublished(events);
      isMore = events.length === PAGE;
    }
  }
}
