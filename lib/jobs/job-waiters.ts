import { type Clock, systemClock } from "../time/clock.ts";

/** A waiter. Ends when the job is announced, the time is up, or the waiter is disposed of. */
export interface Waiting extends Disposable {
  /** Resolves when the waiter ends for any of the three reasons. */
  readonly over: Promise<void>;
}

/** Waiters for jobs to finish. */
export class JobWaiters {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(clock = systemClock) {
    this.#clock = clock;
  }

  /** Dispose of the waiter when it is no longer needed; otherwise its timer leaks. */
  enter(jobId: string, milliseconds: number): Waiting {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(jobId) ?? new Set();
    this.#waiting.set(jobId, waiting);
    const leave = () => {
      cancel();
      waiting.delete(leave);
      if (waiting.size === 0 && this.#waiting.get(jobId) === waiting) this.#waiting.delete(jobId);
      resolve();
    };
    const cancel = this.#clock.after(milliseconds, leave);
    waiting.add(leave);
    return { over, [Symbol.dispose]: leave };
  }

  announce(jobId: string): void {
    for (const leave of this.#waiting.get(jobId) ?? []) leave();
  }
}
