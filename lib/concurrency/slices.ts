/**
 * Cooperative scheduling of long computations on the main thread. Each turn of the event loop runs one slice of one of
 * them, so that other work waits for one slice at most. Owners take turns, and so do the computations of an owner, so
 * that an owner with many of them does not delay those of others.
 */
import { RoundRobin } from "./round-robin.ts";

const SLICE_MS = 4;

export class Slices {
  /** Functions that begin a slice, by owner. Each is its own id. */
  readonly #waiting = new RoundRobin<string, () => void, () => void>();

  /** Resolves at the start of the caller's next slice. */
  next(owner: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(owner, resolve, resolve);
      if (this.#waiting.size === 1) setImmediate(this.#turn);
    });
  }

  /** @param step Does a fraction of a millisecond of work and returns whether it is finished. */
  async run(owner: string, step: () => boolean): Promise<void> {
    for (;;) {
      await this.next(owner);
      const end = performance.now() + SLICE_MS;
      do if (step()) return;
      while (performance.now() < end);
    }
  }

  readonly #turn = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.size > 0) setImmediate(this.#turn);
  };
}
