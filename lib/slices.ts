/**
 * Cooperative scheduling of long computations on the main thread. Each turn of the event loop runs one slice of one of
 * them, round-robin, so that other work waits for one slice at most.
 */
const SLICE_MS = 4;

export class Slices {
  readonly #waiting: (() => void)[] = [];

  /** Resolves at the start of the caller's next slice. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(this.#turn);
    });
  }

  /** @param step Does a fraction of a millisecond of work and returns whether it is finished. */
  async run(step: () => boolean): Promise<void> {
    for (;;) {
      await this.next();
      const end = performance.now() + SLICE_MS;
      do if (step()) return;
      while (performance.now() < end);
    }
  }

  readonly #turn = (): void => {
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#turn);
  };
}
