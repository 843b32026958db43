/** Counts over time in a bounded number of equal steps, whose length doubles when there would be too many. */
export class Timeline {
  readonly #maxSteps: number;
  #stepMs: number;
  #counts: number[] = [];

  constructor({ stepMs, maxSteps = 240 }: { stepMs: number; maxSteps?: number }) {
    this.#stepMs = stepMs;
    this.#maxSteps = maxSteps;
  }

  /** @param atMs Milliseconds since the beginning. */
  add(atMs: number, count = 1): void {
    while (atMs >= this.#stepMs * this.#maxSteps) this.#double();
    const step = Math.floor(Math.max(0, atMs) / this.#stepMs);
    while (this.#counts.length <= step) this.#counts.push(0);
    this.#counts[step] = (this.#counts[step] ?? 0) + count;
  }

  /** `[seconds since the beginning, count per second]` for the middle of each step. */
  perSecond(): [number, number][] {
    const seconds = this.#stepMs / 1000;
    return this.#counts.map((count, step) => [(step + 0.5) * seconds, count / seconds]);
  }

  #double(): void {
    this.#stepMs *= 2;
    const halves = this.#counts;
    this.#counts = Array.from(
      { length: Math.ceil(halves.length / 2) },
      (_, step) => (halves[2 * step] ?? 0) + (halves[2 * step + 1] ?? 0),
    );
  }
}
