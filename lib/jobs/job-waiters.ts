/** A waiter. Ends when the job is announced, the time is up, or the waiter is disposed of. */
export interface Waiting extends Disposable {
  /** Resolves in all three cases. */
  readonly over: Promise<void>;
}

/** Waiters for jobs to finish. */
export class JobWaiters {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** Dispose of the waiter when it is no longer needed; otherwise its timer leaks. */
  enter(jobId: string, milliseconds: number): Waiting {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(jobId) ?? new Set();
    this.#waiting.set(jobId, waiting);
    const leave = () => {
      clearTimeout(timer);
      waiting.delete(leave);
      if (waiting.size === 0 && this.#waiting.get(jobId) === waiting) this.#waiting.delete(jobId);
      resolve();
    };
    const timer = setTimeout(leave, milliseconds);
    waiting.add(leave);
    return { over, [Symbol.dispose]: leave };
  }

  announce(jobId: string): void {
    for (const leave of this.#waiting.get(jobId) ?? []) leave();
  }
}
