/**
 * Histogram of durations. Percentiles are accurate to 1 % or 0.01 ms. As in HdrHistogram, a bin has one value up to 256
 * hundredths of a millisecond, and is twice as wide with every doubling from there on, with 128 bins each. Node's own
 * histogram gives percentiles, but not its bins, which are needed to store it.
 */
const UNITS_PER_MS = 100;
/** Highest duration: one minute. Longer durations count as that. */
const HIGHEST = 60_000 * UNITS_PER_MS;
const BINS_BITS = 7;

export class LatencyHistogram {
  readonly #bins = new Map<number, number>();
  #count = 0;
  #sorted: [bin: number, count: number][] | undefined;

  /** @param stored What `toJSON` returned. */
  constructor(stored: readonly number[] = []) {
    for (const [place, bin] of stored.entries()) if (place % 2 === 0) this.#record(bin, stored[place + 1] ?? 0);
  }

  /** Ignores NaN. */
  add(durationMs: number): void {
    if (Number.isNaN(durationMs)) return;
    this.#record(binOf(Math.min(Math.max(Math.round(durationMs * UNITS_PER_MS), 1), HIGHEST)), 1);
  }

  merge(other: LatencyHistogram): void {
    for (const [bin, count] of other.#bins) this.#record(bin, count);
  }

  /**
   * The nearest-rank percentile in milliseconds, null if nothing was counted.
   * @param share Above 0, at most 1.
   */
  percentile(share: number): number | null {
    let rank = Math.ceil(share * this.#count);
    this.#sorted ??= [...this.#bins].sort(([a], [b]) => a - b);
    for (const [bin, count] of this.#sorted) {
      rank -= count;
      if (rank <= 0) return middleOf(bin) / UNITS_PER_MS;
    }
    return null;
  }

  /** Bins and their counts, alternating. */
  toJSON(): number[] {
    return [...this.#bins].flat();
  }

  #record(bin: number, count: number): void {
    this.#bins.set(bin, (this.#bins.get(bin) ?? 0) + count);
    this.#count += count;
    this.#sorted = undefined;
  }
}

function binOf(value: number): number {
  const shift = Math.max(31 - Math.clz32(value) - BINS_BITS, 0);
  return (shift << BINS_BITS) + (value >> shift);
}

function middleOf(bin: number): number {
  const shift = Math.max((bin >> BINS_BITS) - 1, 0);
  const lowest = (bin - (shift << BINS_BITS)) << shift;
  return lowest + ((1 << shift) - 1) / 2;
}
