/**
 * Rate at which work gets done, measured only while there is more of it than can be done at once. So it includes
 * whatever slows the work down: other gateways, jobs, and a main thread that cannot keep up with the threads.
 */
import { RecentAverage } from "./recent-average.ts";

/** Shortest measurement, and the fewest items in one. */
const WINDOW_MS = 250;
const WINDOW_ITEMS = 8;
/** Windows after which an old one counts little. */
const SPAN = 4;
/** Age at which a measurement says nothing about the present. */
const STALE_MS = 30_000;

export class WorkRate {
  #rate = new RecentAverage(0, SPAN);
  #measuredAt = Number.NEGATIVE_INFINITY;
  #since: number | undefined;
  #work = 0;
  #items = 0;

  /** @param now On any clock in milliseconds. @returns work per millisecond; undefined if it is not known. */
  at(now: number): number | undefined {
    if (now - this.#measuredAt > STALE_MS) return undefined;
    return this.#rate.value;
  }

  /** @param isSaturated Whether there is more work than can be done at once. */
  observe(isSaturated: boolean, now: number): void {
    if (!isSaturated) this.#since = undefined;
    else if (this.#since === undefined) this.#begin(now);
  }

  /** @param work Work of an item that has ended; 0 if it had no result. */
  done(work: number, now: number): void {
    if (this.#since === undefined) return;
    this.#work += work;
    this.#items += 1;
    const elapsedMs = now - this.#since;
    if (elapsedMs < WINDOW_MS || this.#items < WINDOW_ITEMS) return;
    if (now - this.#measuredAt > STALE_MS) this.#rate = new RecentAverage(0, SPAN);
    this.#rate.add(this.#work / elapsedMs);
    this.#measuredAt = now;
    this.#begin(now);
  }

  #begin(now: number): void {
    this.#since = now;
    this.#work = 0;
    this.#items = 0;
  }
}
