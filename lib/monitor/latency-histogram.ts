/**
 * Durations counted in bins whose width grows with them, so that a percentile is off by at most 2.5 % whatever its
 * size, in the same small memory for any number of durations.
 */
const GROWTH = 1.05;
const LOWEST_MS = 0.05;
/** The last bin begins at about a minute. */
const BINS = 288;

export class LatencyHistogram {
  readonly #counts = new Uint32Array(BINS);
  #total = 0;

  add(durationMs: number): void {
    const bin = Math.floor(Math.log(Math.max(durationMs, LOWEST_MS) / LOWEST_MS) / Math.log(GROWTH));
    const index = Math.min(bin, BINS - 1);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total++;
  }

  merge(other: LatencyHistogram): void {
    this.#total += other.#total;
    for (const [bin, count] of other.#counts.entries()) this.#counts[bin] = (this.#counts[bin] ?? 0) + count;
  }

  /**
   * The nearest-rank percentile in milliseconds, null where nothing was counted.
   * @param share Above 0, at most 1.
   */
  percentile(share: number): number | null {
    if (this.#total === 0) return null;
    const rank = Math.ceil(share * this.#total);
    let seen = 0;
    const bin = this.#counts.findIndex((count) => {
      seen += count;
      return seen >= rank;
    });
    const middle = LOWEST_MS * GROWTH ** (bin + 0.5);
    return Math.round(middle * 1000) / 1000;
  }
}
