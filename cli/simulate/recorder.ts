import { type DurationFigures, Durations } from "../report/durations.ts";
import { Timeline } from "../report/timeline.ts";
import type { Outcome } from "./sender.ts";

export interface LoadFigures {
  readonly seconds: number;
  readonly requests: { readonly sent: number; readonly answered: number; readonly failed: number };
  readonly images: { readonly done: number; readonly withProblem: number };
  readonly badInputs: number;
  readonly requestsPerSecond: number;
  readonly imagesPerSecond: number;
  /** Latency of answered requests, in milliseconds. */
  readonly latencyMs: DurationFigures;
  /** Failed requests, by code. */
  readonly errors: Record<string, number>;
  /** Problems of single images, by code. */
  readonly problems: Record<string, number>;
}

/** Records the outcome of each request. */
export class Recorder {
  readonly latency = new Durations();
  readonly #answeredImages = new Timeline({ stepMs: 500 });
  readonly #slowest = new Map<number, number>();
  readonly #errors: Record<string, number> = {};
  readonly #problems: Record<string, number> = {};
  readonly #startedAt: number;
  #lastAt: number;
  #sent = 0;
  #badInputs = 0;
  #done = 0;

  /** @param startedAt Start in milliseconds, on the clock that `record` uses. */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
    this.#lastAt = startedAt;
  }

  sent(badInputs: number): void {
    this.#sent++;
    this.#badInputs += badInputs;
  }

  /** @param intendedAt When the request was due; it may have been sent later. */
  record(outcome: Outcome, intendedAt: number, endedAt: number): void {
    this.#lastAt = Math.max(this.#lastAt, endedAt);
    for (const code of outcome.problems) this.#problems[code] = (this.#problems[code] ?? 0) + 1;
    if (outcome.error !== undefined) {
      this.#errors[outcome.error] = (this.#errors[outcome.error] ?? 0) + 1;
      return;
    }
    this.#done += outcome.done;
    this.latency.add(endedAt - intendedAt);
    this.#answeredImages.add(endedAt - this.#startedAt, outcome.done);
    const second = Math.floor((endedAt - this.#startedAt) / 1000);
    this.#slowest.set(second, Math.max(this.#slowest.get(second) ?? 0, endedAt - intendedAt));
  }

  get failed(): number {
    return Object.values(this.#errors).reduce((sum, count) => sum + count, 0);
  }

  /** @param now Needed only while the load runs. By default, the time of the last answer. */
  figures(now = this.#lastAt): LoadFigures {
    const seconds = Math.max(1e-3, (now - this.#startedAt) / 1000);
    const answered = this.latency.count;
    const withProblem = Object.values(this.#problems).reduce((sum, count) => sum + count, 0);
    return {
      seconds,
      requests: { sent: this.#sent, answered, failed: this.failed },
      images: { done: this.#done, withProblem },
      badInputs: this.#badInputs,
      requestsPerSecond: answered / seconds,
      imagesPerSecond: this.#done / seconds,
      latencyMs: this.latency.figures(),
      errors: { ...this.#errors },
      problems: { ...this.#problems },
    };
  }

  /** `[second, images per second]`. */
  throughput(): [number, number][] {
    return this.#answeredImages.perSecond();
  }

  /** `[second, latency of its slowest answer in ms]`. */
  slowest(): [number, number][] {
    return Array.from(this.#slowest, ([second, ms]): [number, number] => [second + 0.5, ms]).sort(([a], [b]) => a - b);
  }
}
