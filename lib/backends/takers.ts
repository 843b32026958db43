import type { Lease } from "../ports/task-queue.ts";

type Taker = (lease: Lease | undefined) => void;

/** Takers waiting for a task, in order of arrival. */
export class Takers {
  readonly #waiting = new Set<Taker>();

  get size(): number {
    return this.#waiting.size;
  }

  /** @returns undefined if the signal aborts first, or on `dismiss`. */
  wait(signal?: AbortSignal): Promise<Lease | undefined> {
    return new Promise((resolve) => {
      const abort = () => taker(undefined);
      const taker: Taker = (lease) => {
        this.#waiting.delete(taker);
        signal?.removeEventListener("abort", abort);
        resolve(lease);
      };
      this.#waiting.add(taker);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Gives the lease to the first taker; there must be one. */
  give(lease: Lease): void {
    const [first] = this.#waiting;
    first?.(lease);
  }

  dismiss(): void {
    for (const taker of this.#waiting) taker(undefined);
  }
}
