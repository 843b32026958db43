/**
 * Hybrid logical clock: its stamps (milliseconds since 1970 and a counter) order changes of different nodes causally.
 * Each stamp is later than any the node issued or saw before, even if its own clock jumps.
 *
 * Source: Kulkarni, Demirbas, Madappa, Avva, Leone, Logical Physical Clocks (OPODIS 2014).
 */

/** Milliseconds and a counter, zero-padded so that stamps sort as text. */
export type Stamp = string;

const MILLISECOND_DIGITS = 15;
const COUNTER_DIGITS = 6;
const COUNTER_END = 10 ** COUNTER_DIGITS;

export class HybridClock {
  readonly #now: () => number;
  #milliseconds = 0;
  #counter = 0;

  /** @param now Milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** A stamp later than all that were issued or seen. */
  next(): Stamp {
    const now = this.#now();
    if (now > this.#milliseconds) {
      this.#milliseconds = now;
      this.#counter = 0;
    } else if (++this.#counter === COUNTER_END) {
      this.#milliseconds++;
      this.#counter = 0;
    }
    return `${digits(this.#milliseconds, MILLISECOND_DIGITS)}-${digits(this.#counter, COUNTER_DIGITS)}`;
  }

  /** Advances the clock past another node's stamp. */
  see(stamp: Stamp): void {
    const milliseconds = Number(stamp.slice(0, MILLISECOND_DIGITS));
    const counter = Number(stamp.slice(MILLISECOND_DIGITS + 1));
    if (milliseconds < this.#milliseconds) return;
    if (milliseconds === this.#milliseconds && counter <= this.#counter) return;
    this.#milliseconds = milliseconds;
    this.#counter = counter;
  }
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}
