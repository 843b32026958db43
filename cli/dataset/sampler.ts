/** Evenly spaced sample of any number of items: deterministic, in bounded memory. */
export class EvenSampler<T> {
  readonly #most: number;
  #every = 1;
  #seen = 0;
  #kept: T[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(item: T): void {
    if (this.#seen++ % this.#every !== 0) return;
    this.#kept.push(item);
    if (this.#kept.length < 2 * this.#most) return;
    this.#kept = this.#kept.filter((_, position) => position % 2 === 0);
    this.#every *= 2;
  }

  /** The sample, which has at most `most` items. */
  items(): T[] {
    const { length } = this.#kept;
    if (length <= this.#most) return [...this.#kept];
    return Array.from({ length: this.#most }, (_, n) => this.#kept[Math.floor((n * length) / this.#most)] as T);
  }
}
