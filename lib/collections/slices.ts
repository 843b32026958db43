/**
 * Long computations on the main thread, in slices: in each turn of the event loop one slice of one of them is done, in
 * rotation, so that however many there are, everything else waits for no more than one slice.
 */
const SLICE_MS = 4;

export class Slices {
  readonly #waiting: (() => void)[] = [];

  /** Resolves at the beginning of this caller's next slice. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#waiting.length === 1) setImmediate(this.#turn);
    });
  }

  /** @param step Does a fraction of a millisecond's work, and returns whether it was the last. */
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
