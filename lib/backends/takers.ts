import type { Lease } from "../ports/task-queue.ts";

type Taker = (lease: Lease | undefined) => void;

/** Who waits for a task, in the order of coming. */
export class Takers {
  readonly #waiting = new Set<Taker>();

  get size(): number {
    return this.#waiting.size;
  }

  /** @returns undefined when the signal comes first, or `dismiss`. */
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

  /** To the one who came first; there must be one. */
  give(lease: Lease): void {
    const [first] = this.#waiting;
    first?.(lease);
  }

  dismiss(): void {
    for (const taker of this.#waiting) taker(undefined);
  }
}
