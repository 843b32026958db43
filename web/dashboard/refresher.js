/** Loads again what is shown, when it is told that something changed: never twice at once, never in a storm. */

const LEAST_INTERVAL_MS = 1_000;
/** Charts move on even when nothing happens. */
const IDLE_INTERVAL_MS = 10_000;

export class Refresher {
  #load;
  #timer;
  #abort;
  #startedAt = 0;
  #dueAt = Number.POSITIVE_INFINITY;
  #wokenAt = 0;

  /** @param load Loads what is shown; is given a signal that is aborted when that is no longer shown. */
  constructor(load) {
    this.#load = load;
  }

  /** Something may have changed. */
  wake() {
    this.#wokenAt = Date.now();
    if (!this.#abort) this.#schedule(Math.max(0, this.#startedAt + LEAST_INTERVAL_MS - Date.now()));
  }

  /** Something else is shown now. */
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
    const dueAt = Date.now() + delayMs;
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
    this.#startedAt = Date.now();
    await this.#load(abort.signal);
    if (abort.signal.aborted) return;
    this.#abort = undefined;
    // An answer may be older than the change that woke us: the last look comes a while after it.
    const isSettled = this.#wokenAt + LEAST_INTERVAL_MS < this.#startedAt;
    this.#schedule(isSettled ? IDLE_INTERVAL_MS : LEAST_INTERVAL_MS);
  }
}
