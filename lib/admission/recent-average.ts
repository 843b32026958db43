/** Mean of the first values, then exponentially weighted towards the recent ones. */
export class RecentAverage {
  readonly #span: number;
  #count = 0;
  #value: number;

  /** @param guess Returned until there is a value. @param span Values after which an old one counts little. */
  constructor(guess: number, span = 32) {
    this.#value = guess;
    this.#span = span;
  }

  get value(): number {
    return this.#value;
  }

  add(value: number): void {
    this.#count = Math.min(this.#count + 1, this.#span);
    this.#value += (value - this.#value) / this.#count;
  }
}
