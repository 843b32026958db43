import { createHistogram, type RecordableHistogram } from "node:perf_hooks";

export const PERCENTILES = [50, 75, 90, 95, 99] as const;

/** Figures in milliseconds. */
export interface DurationFigures {
  readonly count: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Histogram of durations in bounded memory, to three significant figures. */
export class Durations {
  readonly #microseconds: RecordableHistogram = createHistogram({ lowest: 1, highest: 2 ** 42, figures: 3 });

  add(ms: number): void {
    this.#microseconds.record(Math.max(1, Math.round(ms * 1000)));
  }

  get count(): number {
    return this.#microseconds.count;
  }

  /** A percentile in milliseconds; 0 if nothing was recorded. */
  percentile(percent: number): number {
    return this.count === 0 ? 0 : this.#microseconds.percentile(percent) / 1000;
  }

  figures(): DurationFigures {
    const { count } = this;
    const [p50, p75, p90, p95, p99] = PERCENTILES.map((percent) => this.percentile(percent)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    const { mean, max } = this.#microseconds;
    return { count, mean: count ? mean / 1000 : 0, p50, p75, p90, p95, p99, max: count ? max / 1000 : 0 };
  }
}
