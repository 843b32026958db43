/** Holds a place until it is announced, its time is over, or it is left. */
export interface Waiting extends Disposable {
  /** Resolves in each of the three cases. */
  readonly over: Promise<void>;
}

/** Those who wait for a job to be over. */
export class JobWaiters {
  readonly #waiting = new Map<string, Set<() => void>>();

  /** The caller leaves, by disposing of what it got, when it need not wait any more: else a timer stays behind. */
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
