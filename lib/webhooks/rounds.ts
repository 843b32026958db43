import type { Clock } from "./clock.ts";

export interface RoundsOptions {
  readonly clock: Clock;
  readonly retryDelayMs: number;
  readonly onError: (error: unknown) => void;
}

/** Work in rounds, one at a time. Woken during a round, it does another; a round that fails is repeated after a while. */
export class Rounds {
  readonly #work: () => Promise<void>;
  readonly #options: RoundsOptions;
  #isWanted = false;
  #isClosed = false;
  #running: Promise<void> | undefined;
  #cancelRetry: (() => void) | undefined;

  constructor(work: () => Promise<void>, options: RoundsOptions) {
    this.#work = work;
    this.#options = options;
  }

  wake(): void {
    this.#isWanted = true;
    if (this.#isClosed || this.#running || this.#cancelRetry) return;
    this.#running = this.#run();
  }

  /** Ends after the round under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#isWanted && !this.#isClosed) {
        this.#isWanted = false;
        await this.#work();
      }
    } catch (error) {
      this.#options.onError(error);
      if (!this.#isClosed) this.#retryLater();
    } finally {
      // At the very moment it was seen that no other round is wanted, lest a call to wake falls in between.
      this.#running = undefined;
    }
  }

  #retryLater(): void {
    this.#cancelRetry = this.#options.clock.after(this.#options.retryDelayMs, () => {
      this.#cancelRetry = undefined;
      this.wake();
    });
  }
}
