/** Window over which the rate is measured. */
const WINDOW_MS = 10_000;

/** The rate at which images are processed. */
export class Throughput {
  /** Keeps only values inside the window, however rarely the rate is read. */
  readonly #finished: { readonly at: number; readonly images: number }[] = [];

  /** @param now Time by the clock's `steady`. */
  note(images: number, now: number): void {
    this.#finished.push({ at: now, images });
    this.#forget(now);
  }

  /** Recent images per second; 0 if there were none. */
  imagesPerSecond(now: number): number {
    this.#forget(now);
    const [first] = this.#finished;
    if (!first) return 0;
    const images = this.#finished.reduce((sum, finished) => sum + finished.images, 0);
    return (images * 1000) / Math.max(now - first.at, 1000);
  }

  #forget(now: number): void {
    while ((this.#finished[0]?.at ?? now) <= now - WINDOW_MS) this.#finished.shift();
  }
}
