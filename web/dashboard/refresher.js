/** Reloads the view after changes, one load at a time and rate-limited. */
import { unanswered } from "./api.js";

const LEAST_INTERVAL_MS = 1_000;
/** Maximum time of a load. The connection may be dead without the browser being told. */
const LONGEST_LOAD_MS = 30_000;
/** Charts advance even without events. */
const IDLE_INTERVAL_MS = 10_000;

export class Refresher {
  #load;
  #timer;
  #abort;
  // Times by `performance.now()`, which does not change when the clock is set.
  #startedAt = Number.NEGATIVE_INFINITY;
  #dueAt = Number.POSITIVE_INFINITY;
  #wokenAt = Number.NEGATIVE_INFINITY;
  /** Changes load nothing before this time. */
  #waitsUntil = Number.NEGATIVE_INFINITY;

  /**
   * @param load Loads the view; its signal is aborted when the view is left, and with a Problem after a while. It may
   *   return for how many milliseconds the service wants no further request.
   */
  constructor(load) {
    this.#load = load;
  }

  /** Call when something may have changed. */
  wake() {
    this.#wokenAt = performance.now();
    if (this.#abort) return;
    const dueAt = Math.max(this.#startedAt + LEAST_INTERVAL_MS, this.#waitsUntil);
    this.#schedule(Math.max(0, dueAt - performance.now()));
  }

  /** Call when another view is shown. */
  restart() {
    this.stop();
    return this.#run();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#abort?.abort();
    this.#abort = undefined;
  }

  #schedule(delayMs) {
    const dueAt = performance.now() + delayMs;
    if (dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.#run(), delayMs);
  }

  async #run() {
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (document.hidden) return;
    const abort = new AbortController();
    this.#abort = abort;
    this.#startedAt = performance.now();
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(unanswered()), LONGEST_LOAD_MS);
    const waitMs = (await this.#load(AbortSignal.any([abort.signal, late.signal]))) ?? 0;
    clearTimeout(timer);
    if (abort.signal.aborted) return;
    this.#abort = undefined;
    this.#waitsUntil = performance.now() + waitMs;
    // The answer may predate the change that woke this, so one more load follows later.
    const isSettled = this.#wokenAt + LEAST_INTERVAL_MS < this.#startedAt;
    this.#schedule(Math.max(isSettled ? IDLE_INTERVAL_MS : LEAST_INTERVAL_MS, waitMs));
  }
}
