import type { Clock } from "./clock.ts";

export interface RoundsOptions {
  readonly clock: Clock;
  readonly retryDelayMs: number;
  readonly onError: (error: unknown) => void;
}

/** Runs work in rounds, one at a time. A wake-up during a round triggers another; a failed round is retried later. */
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

  /** Waits for the current round. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
    this.#cancelRetry?.();
  }

  async #run(): Promise<void> {
    try {
      while (this.#isWanted && !this.#isClosed) {
        this.#isWanted = false;
        await this.#work();
      }
    } catch (error) {
      this.#options.onError(error);
      this.#retryLater();
    } finally {
      // This runs synchronously after the last check of `#isWanted`, so that no wake-up is lost in between.
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
